// Keeps the page up to date: the server sends the parts that have changed, and nothing else.
import { morph } from "./morph.js";

const SILENCE = 12000; // milliseconds without a word, after which the page says that it may be old

export function startLive() {
  const parts = new Map([...document.querySelectorAll("[data-part]")].map((el) => [el.dataset.part, el]));
  let last = Date.now();
  const source = new EventSource(`/live${location.pathname}${location.search}`);
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
  setInterval(() => {
    if (Date.now() - last > SILENCE) showPulse("lost", "not up to date");
  }, 2000);
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
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
