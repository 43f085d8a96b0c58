// Starts what this page has of: live parts, dialogs, a log, the switch of colours.

import { startDialogs } from "./dialog.js";
import { startLive } from "./live.js";
import { startLog } from "./log.js";

const root = document.documentElement;
const button = /** @type {HTMLElement} */ (document.getElementById("theme"));

function showTheme() {
  button.setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
}

button.addEventListener("click", () => {
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
  showTheme();
});
showTheme();
startDialogs();
const log = document.getElementById("log");
if (log) startLog(log);
if (document.body.hasAttribute("data-live")) startLive();
