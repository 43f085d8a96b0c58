// A reporter of `node --test`: one line of JSON a test, into a file of its process. See telling.py.
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/**
 * @typedef {{cause?: {message?: string}, message: string, failureType?: string}} Failure
 * @typedef {{duration_ms?: number, type?: string, error?: Failure}} Details
 * @typedef {{name: string, nesting: number, skip?: unknown, todo?: unknown, details?: Details}} Told
 * @param {AsyncIterable<{type: string, data: Told}>} source
 */
export default async function* report(source) {
  const folder = process.env.GREENSHIFT_TEST_REPORTS ?? ".";
  const file = join(folder, `node-${process.pid}.jsonl`);
  /** @type {string[]} */
  const names = [];
  for await (const { type, data } of source) {
    if (type === "test:start") {
      names.splice(data.nesting, names.length, data.name);
    } else if (type === "test:pass" || type === "test:fail") {
      const told = line(type, data, names.slice(0, data.nesting));
      if (told) appendFileSync(file, `${JSON.stringify(told)}\n`);
    }
  }
  yield ""; // A reporter is a generator; the other one writes what people read.
}

/**
 * @param {string} type
 * @param {Told} data
 * @param {string[]} suite
 */
function line(type, data, suite) {
  const error = data.details?.error;
  // What holds tests is told by the tests in it, unless it broke by itself.
  const holds = data.details?.type === "suite" && type === "test:pass";
  if (holds || error?.failureType === "subtestsFailed") return null;
  const failed = type === "test:fail" && !data.todo;
  return {
    suite: suite.join("."),
    name: data.name,
    seconds: (data.details?.duration_ms ?? 0) / 1000,
    ended: failed ? "failure" : data.skip || data.todo ? "skipped" : "",
    message: failed ? (error?.cause?.message ?? error?.message ?? "") : "",
  };
}
