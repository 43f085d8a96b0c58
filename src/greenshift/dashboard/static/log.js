// A log as it is printed: lines are added at the end, old ones leave at the top.

const MOST = 3000;

/** @param {HTMLElement} box */
export function startLog(box) {
  const list = /** @type {HTMLElement} */ (box.querySelector("ol"));
  const state = /** @type {HTMLElement} */ (document.getElementById("log-state"));
  const filter = /** @type {HTMLInputElement} */ (document.getElementById("log-filter"));
  const follow = /** @type {HTMLInputElement} */ (document.getElementById("log-follow"));
  const source = new EventSource(box.dataset.lines ?? "");

  const fits = (/** @type {string} */ text) => text.toLowerCase().includes(filter.value.toLowerCase());
  const told = () => list.childElementCount;
  const toEnd = () => {
    if (follow.checked) box.scrollTop = box.scrollHeight;
  };

  source.addEventListener("open", () => {
    list.replaceChildren();
    state.textContent = "Nothing printed yet; waiting.";
  });
  source.addEventListener("lines", (event) => {
    const lines = JSON.parse(event.data);
    list.append(...lines.map((line) => row(line, fits(line.text))));
    while (list.childElementCount > MOST) list.firstElementChild?.remove();
    state.textContent = `The newest ${told()} lines, more as they come.`;
    toEnd();
  });
  source.addEventListener("end", () => {
    state.textContent = `The newest ${told()} lines; the log has ended.`;
    source.close();
  });
  source.addEventListener("problem", (event) => {
    state.textContent = JSON.parse(event.data).error.message;
    source.close();
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) state.textContent = "This log is not connected any more.";
  });
  filter.addEventListener("input", () => {
    for (const item of /** @type {Iterable<HTMLElement>} */ (list.children)) {
      item.hidden = !fits(item.lastElementChild?.textContent ?? "");
    }
    toEnd();
  });
  follow.addEventListener("change", toEnd);
  addEventListener("pagehide", () => source.close());
}

/** @param {{at: string, text: string}} line @param {boolean} isShown */
function row(line, isShown) {
  const item = document.createElement("li");
  const time = document.createElement("time");
  const text = document.createElement("span");
  time.textContent = line.at;
  text.textContent = line.text;
  item.append(time, text);
  item.hidden = !isShown;
  return item;
}
