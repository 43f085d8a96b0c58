// The Node runtime: runs inside each worker process. Speaks the Runtime API over one kept-open socket,
// because a connection per call would double the time of a warm invocation. Behaves as AWS's Node runtime
// does where a handler can tell: CommonJS and ES modules, async and callback handlers, log lines, errors.

import { existsSync, readFileSync } from "node:fs";
import module, { createRequire } from "node:module";
import net from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const API = "/2018-06-01/runtime/";
const env = process.env;
let requestId = "";

// ---- the Runtime API -------------------------------------------------------------------------------

const [host, port] = (env.AWS_LAMBDA_RUNTIME_API ?? "").split(":");
const socket = net.connect({ host, port: Number(port), noDelay: true });
let received = Buffer.alloc(0);
/** @type {((answer: {headers: Record<string, string>, body: Buffer}) => void) | null} */
let answer = null;

socket.on("data", (chunk) => {
  received = received.length ? Buffer.concat([received, chunk]) : chunk;
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return;
  const headers = parseHeaders(received.toString("latin1", 0, end));
  const total = end + 4 + Number(headers["content-length"] ?? 0);
  if (received.length < total) return;
  const body = received.subarray(end + 4, total);
  received = received.subarray(total);
  const resolve = answer;
  answer = null;
  resolve?.({ headers, body });
});
// Without the twin there is nobody to work for.
socket.on("error", () => process.exit(0));
socket.on("close", () => process.exit(0));

/** @param {string} head */
function parseHeaders(head) {
  /** @type {Record<string, string>} */
  const headers = {};
  for (const line of head.split("\r\n").slice(1)) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}

/**
 * @param {string} method
 * @param {string} route
 * @returns {Promise<{headers: Record<string, string>, body: Buffer}>}
 */
function call(method, route, body = "", extra = "") {
  const length = Buffer.byteLength(body);
  socket.write(
    `${method} ${API}${route} HTTP/1.1\r\nHost: runtime\r\n${extra}Content-Length: ${length}\r\n\r\n${body}`,
  );
  return new Promise((resolve) => {
    answer = resolve;
  });
}

// ---- the log ---------------------------------------------------------------------------------------

// A message of several lines stays one event, so its newlines become returns, as on AWS.
function logLine(level, message) {
  const text = message.replaceAll("\n", "\r");
  process.stdout.write(`${new Date().toISOString()}\t${requestId || "undefined"}\t${level}\t${text}\n`);
}
const LEVELS = { log: "INFO", info: "INFO", debug: "DEBUG", trace: "TRACE", warn: "WARN", error: "ERROR" };
for (const [method, level] of Object.entries(LEVELS)) {
  console[method] = (...parts) => logLine(level, format(...parts));
}

// ---- errors ----------------------------------------------------------------------------------------

function describe(error, type) {
  if (
    error instanceof Error ||
    (error && typeof error === "object" && "stack" in error && "message" in error)
  ) {
    const trace = String(error.stack ?? "").split("\n");
    return { errorType: type ?? error.name ?? "Error", errorMessage: error.message ?? "", trace };
  }
  return { errorType: type ?? typeof error, errorMessage: String(error), trace: [] };
}

function logError(title, description) {
  const { trace, ...rest } = description;
  logLine("ERROR", `${title} \t${JSON.stringify({ ...rest, stack: trace })}`);
}

class StartError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

// ---- what layers and the runtime bring -------------------------------------------------------------

// `require` looks into NODE_PATH and `import` does not; on AWS a layer's modules are found by both.
const searched = (env.NODE_PATH ?? "")
  .split(path.delimiter)
  .filter((folder) => path.basename(folder) === "node_modules");
// Node 22.15 and newer.
module.registerHooks?.({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (/** @type {any} */ error) {
      const isBare = !/^([./]|[a-z]+:|#)/.test(specifier);
      if (error?.code !== "ERR_MODULE_NOT_FOUND" || !isBare) throw error;
      for (const folder of searched) {
        try {
          return next(specifier, { ...context, parentURL: pathToFileURL(path.join(folder, "..", "_")).href });
        } catch {
          // the next folder may have it
        }
      }
      throw error;
    }
  },
});

// ---- loading the handler ---------------------------------------------------------------------------

function isModuleScope(file, root) {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, "package.json");
    if (existsSync(manifest)) {
      try {
        return JSON.parse(readFileSync(manifest, "utf8")).type === "module";
      } catch {
        return false;
      }
    }
    if (folder === root || folder === path.dirname(folder)) return false;
  }
}

async function loadModule(root, name) {
  const base = path.resolve(root, name);
  const file = [".js", ".mjs", ".cjs"].map((suffix) => base + suffix).find(existsSync);
  const isEsm = file?.endsWith(".mjs") || (file?.endsWith(".js") && isModuleScope(file, root));
  if (file && isEsm) return import(pathToFileURL(file).href);
  // Without a file this fails with Node's own words, which is what AWS shows.
  return createRequire(path.join(root, "_"))(file ?? base);
}

async function loadHandler() {
  const full = env._HANDLER ?? "";
  const folder = path.dirname(full);
  const match = /^([^.]*)\.(.+)$/.exec(path.basename(full));
  if (!match) throw new StartError("Runtime.MalformedHandlerName", "Bad handler");
  const module = await loadModule(env.LAMBDA_TASK_ROOT ?? "", path.join(folder, match[1]));
  const exported = (from) => match[2].split(".").reduce((value, key) => value?.[key], from);
  const handler = exported(module) ?? exported(module.default);
  if (handler === undefined) {
    throw new StartError("Runtime.HandlerNotFound", `${full} is undefined or not exported`);
  }
  if (typeof handler !== "function") {
    throw new StartError("Runtime.HandlerNotFound", `${full} is not a function`);
  }
  if (handler.length >= 3 && /nodejs(2[4-9]|[3-9])/.test(env.AWS_EXECUTION_ENV ?? "")) {
    throw new StartError(
      "Runtime.CallbackHandlerDeprecated",
      "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. " +
        "Use an async handler instead.",
    );
  }
  return handler;
}

function startFailure(error) {
  if (error instanceof StartError) return describe(error);
  if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
    return { ...describe(error, "Runtime.ImportModuleError"), errorMessage: String(error) };
  }
  if (error instanceof SyntaxError) {
    return { ...describe(error, "Runtime.UserCodeSyntaxError"), errorMessage: String(error) };
  }
  return describe(error);
}

// ---- one invocation --------------------------------------------------------------------------------

// Called when nothing is left to run; the socket does not count while a handler is at work.
/** @type {(() => void) | null} */
let whenIdle = null;
process.on("beforeExit", () => {
  const act = whenIdle;
  whenIdle = null;
  act?.();
});

function contextOf(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const client = headers["lambda-runtime-client-context"];
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: requestId,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    clientContext: client ? JSON.parse(client) : undefined,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

class NeverSettled extends Error {
  constructor() {
    super("The event loop is empty, but the promise of the handler was never settled.");
    this.name = "Runtime.NodeJsExit";
  }
}

// Resolves with what the handler returned, or gave to its callback; rejects with what it threw.
function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const settle = (error, result) => (error != null ? reject(error) : resolve(result));
    const callback = (error, result) => {
      if (context.callbackWaitsForEmptyEventLoop) whenIdle = () => settle(error, result);
      else setImmediate(settle, error, result);
    };
    context.done = callback;
    context.succeed = (result) => callback(null, result);
    context.fail = (error) => callback(error ?? "handled");
    whenIdle = () => resolve(null);
    const returned = handler(event, context, callback);
    if (typeof returned?.then === "function") {
      whenIdle = () => reject(new NeverSettled());
      returned.then(resolve, reject);
    }
  });
}

function toJson(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? "null";
  } catch (/** @type {any} */ error) {
    throw new StartError("Runtime.MarshalError", `Unable to stringify response body: ${error.message}`);
  }
}

async function invoke(handler) {
  socket.ref();
  const { headers, body } = await call("GET", "invocation/next");
  requestId = headers["lambda-runtime-aws-request-id"];
  env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"] ?? "";
  socket.unref();
  let route = "response";
  let result;
  try {
    result = toJson(await run(handler, JSON.parse(body.toString()), contextOf(headers)));
  } catch (error) {
    const description = describe(error ?? "null");
    logError("Invoke Error", description);
    route = "error";
    result = JSON.stringify(description);
  }
  whenIdle = null;
  socket.ref();
  await call("POST", `invocation/${requestId}/${route}`, result);
}

// An error outside the handler's own call chain ends the process; "close" tells the twin not to use it again.
async function die(title, description) {
  logError(title, description);
  socket.ref();
  const route = requestId ? `invocation/${requestId}/error` : "init/error";
  await call("POST", route, JSON.stringify(description), "Connection: close\r\n");
  process.exit(129);
}
process.on("uncaughtException", (error) => die("Uncaught Exception", describe(error)));
process.on("unhandledRejection", (reason) =>
  die("Unhandled Promise Rejection", {
    ...describe(reason, "Runtime.UnhandledPromiseRejection"),
    errorMessage: String(reason),
  }),
);

let handler;
try {
  handler = await loadHandler();
} catch (error) {
  const description = startFailure(error);
  logError("Uncaught Exception", description);
  await call("POST", "init/error", JSON.stringify(description));
  process.exit(1);
}
for (;;) await invoke(handler);
