// Keeps the page up to date: the server sends the parts that have changed, and nothing else.
import { morph } from "./morph.js";

const PATIENCE = 60000; // milliseconds in the background, after which nothing is asked for any more
const SILENCE = 12000; // milliseconds without a word, after which the page says that it may be old

let last = 0;

export function startLive() {
  let source = connect();
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
    if (Date.now() - last > SILENCE) showPulse("lost", "not up to date");
  }, 2000);
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

function connect() {
  const parts = new Map([...document.querySelectorAll("[data-part]")].map((el) => [el.dataset.part, el]));
  const source = new EventSource(`/live${location.pathname}${location.search}`);
  last = Date.now();
  source.addEventListener("parts", (event) => {
    last = Date.now();
    const news = JSON.parse(event.data);
    for (const [name, html] of Object.entries(news.parts)) {
      if (parts.has(name)) morph(parts.get(name), html);
    }
    showPulse("live", `${news.at} UTC`);
    showTrouble("");
  });
  source.addEventListener("problem", (event) => {
    last = Date.now();
    const { message, hint } = JSON.parse(event.data).error;
    showPulse("lost", "not up to date");
    showTrouble(hint ? `${message} — ${hint}` : message);
  });
  source.addEventListener("error", () => {
    showPulse("lost", "connecting…");
    const hasEnded = source.readyState === EventSource.CLOSED;
    if (hasEnded) showTrouble("This page is not connected any more. Start it again with: greenshift dashboard");
  });
  return source;
}

function showPulse(state, word) {
  const pulse = document.getElementById("pulse");
  if (pulse.dataset.state !== state) pulse.dataset.state = state;
  document.getElementById("pulse-word").textContent = word;
}

function showTrouble(text) {
  const place = document.getElementById("trouble");
  if (place.textContent === text) return;
  place.textContent = text;
  place.hidden = !text;
}
