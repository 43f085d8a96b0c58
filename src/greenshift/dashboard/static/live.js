// Keeps the page up to date: the server sends the parts that have changed, and nothing else.
import { morph } from "./morph.js";

const PATIENCE = 60000; // milliseconds in the background, after which nothing is asked for any more
const SILENCE = 12000; // milliseconds without a word, after which the page says that it may be old

let last = 0;

export function startLive() {
  let source = connect();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let leaving;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(leaving);
    if (document.hidden) {
      leaving = setTimeout(() => source.close(), PATIENCE);
    } else if (source.readyState === EventSource.CLOSED) {
      source = connect();
    }
  });
  setInterval(() => {
    if (Date.now() - last > SILENCE && source.readyState !== EventSource.CLOSED) showGone();
  }, 2000);
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

function connect() {
  const found = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-part]"));
  const parts = new Map([...found].map((el) => [el.dataset.part, el]));
  const source = new EventSource(`/live${location.pathname}${location.search}`);
  last = Date.now();
  source.addEventListener("parts", (event) => {
    last = Date.now();
    const news = JSON.parse(event.data);
    for (const [name, html] of Object.entries(news.parts)) {
      const part = parts.get(name);
      if (part) morph(part, html);
    }
    showPulse("live", news.word);
    showTrouble("");
  });
  source.addEventListener("problem", (event) => {
    last = Date.now();
    const { message, hint } = JSON.parse(event.data).error;
    showPulse("lost", "not up to date");
    showTrouble(hint ? `${message} — ${hint}` : message);
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) showGone();
    else if (Date.now() - last < SILENCE) showPulse("lost", "connecting…");
  });
  return source;
}

/** Nobody answers: whoever looks must not take what stands here for what is. */
function showGone() {
  showPulse("lost", "not up to date");
  showTrouble(
    "This page is not connected any more: what it shows may be old. Start it again with: greenshift dashboard",
  );
}

/** @param {string} state @param {string} word */
function showPulse(state, word) {
  const pulse = element("pulse");
  if (pulse.dataset.state !== state) pulse.dataset.state = state;
  const [own, twin = ""] = word.split(" · ");
  element("pulse-word").textContent = own ?? "";
  element("pulse-twin").textContent = twin && `· ${twin}`;
}

/** @param {string} text */
function showTrouble(text) {
  const place = element("trouble");
  if (place.textContent === text) return;
  place.textContent = text;
  place.hidden = !text;
}

/** One that every page has. @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
