// What a page of somebody else tries on the twin. Each attempt answers with what it got: "read: ...", where
// the page saw an answer, else how it failed. ``lambdaOnly`` names no operation that the twin lacks.
async (twin) => {
  const scope = (service) =>
    `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const presigned = (service) =>
    `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=local/20260101/us-east-1/${service}/aws4_request` +
    "&X-Amz-Date=20260101T000000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=0";
  const role = "Action=CreateRole&Version=2010-05-08&AssumeRolePolicyDocument=%7B%7D&RoleName=";
  const fetched = async (path, options) => {
    const answer = await fetch(twin + path, options);
    return answer.type === "opaque" ? "sent" : `read: ${answer.status} ${await answer.text()}`;
  };
  const plain = { method: "POST", mode: "no-cors", headers: { "Content-Type": "text/plain" } };
  const loaded = (element, attribute, address, parent = document.body) =>
    new Promise((resolve) => {
      element.onload = () => resolve("sent");
      element.onerror = () => resolve("failed");
      element[attribute] = address;
      parent.append(element);
      setTimeout(() => resolve("silent"), 1500);
    });
  const attempts = {
    startBuild: () =>
      fetched("/", {
        method: "POST",
        headers: {
          "X-Amz-Target": "CodeBuild_20161006.StartBuild",
          "Content-Type": "application/x-amz-json-1.1",
          Authorization: scope("codebuild"),
        },
        body: JSON.stringify({ projectName: "open", buildspecOverride: "version: 0.2" }),
      }),
    listBuckets: () => fetched("/", { headers: { Authorization: scope("s3") } }),
    presignedRead: () => fetched(`/private/secret?${presigned("s3")}`),
    createFunction: () =>
      fetched("/2015-03-31/functions", {
        ...plain,
        body: JSON.stringify({
          FunctionName: "theirs", Runtime: "python3.13", Handler: "a.b", Code: { ZipFile: "" },
          Role: "arn:aws:iam::123456789012:role/any",
        }),
      }),
    invoke: () => fetched("/2015-03-31/functions/ours/invocations", { ...plain, body: "{}" }),
    presignedInvoke: () =>
      fetched(`/2015-03-31/functions/ours/invocations?${presigned("lambda")}`, { ...plain, body: "{}" }),
    stop: () => fetched("/_twin/stop", { ...plain, body: "{}" }),
    calls: () => fetched("/_twin/calls", {}),
    reset: () => fetched("/moto-api/reset", { ...plain, body: "" }),
    // Ways of our own.
    form: () => {
      const frame = Object.assign(document.createElement("iframe"), { name: "sink" });
      document.body.append(frame);
      const form = Object.assign(document.createElement("form"), {
        action: `${twin}/?${role}form&${presigned("iam")}`, method: "POST", target: "sink", enctype: "text/plain",
      });
      document.body.append(form);
      form.submit();
      return new Promise((resolve) => { frame.onload = () => resolve("sent"); setTimeout(() => resolve("silent"), 1500); });
    },
    beacon: async () => String(navigator.sendBeacon(`${twin}/?${role}beacon&${presigned("iam")}`, "x")),
    image: () => loaded(new Image(), "src", `${twin}/?${role}image&${presigned("iam")}`),
    script: () => loaded(document.createElement("script"), "src", `${twin}/_twin/resources`),
    frame: () => loaded(document.createElement("iframe"), "src", `${twin}/?${role}frame&${presigned("iam")}`),
    sandbox: () => {
      const frame = document.createElement("iframe");
      frame.sandbox = "allow-scripts";
      const code = `fetch("${twin}/_twin/stop", {method: "POST", mode: "no-cors", body: "{}"})
        .finally(() => parent.postMessage("sent", "*"))`;
      frame.srcdoc = `<script>${code}</${"script"}>`;
      return new Promise((resolve) => {
        window.addEventListener("message", (event) => resolve(event.data), { once: true });
        document.body.append(frame);
        setTimeout(() => resolve("silent"), 1500);
      });
    },
    socket: () =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${twin.replace("http", "ws")}/_twin/health`);
        socket.onopen = () => resolve("read: open");
        socket.onerror = () => resolve("failed");
      }),
    stream: () =>
      new Promise((resolve) => {
        const source = new EventSource(`${twin}/_twin/health`);
        source.onopen = () => resolve("read: open");
        source.onerror = () => { source.close(); resolve("failed"); };
      }),
  };
  const got = {};
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      got[name] = await attempt();
    } catch (/** @type {any} */ error) {
      got[name] = `failed: ${error.message}`;
    }
  }
  return got;
}
