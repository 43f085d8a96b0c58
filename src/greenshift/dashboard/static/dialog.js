// Questions before deeds, in a dialog; without this script they are pages of their own.

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("dialog"));
const toast = /** @type {HTMLElement} */ (document.getElementById("toast"));

export function startDialogs() {
  document.addEventListener("click", (event) => {
    const clicked = /** @type {Element} */ (event.target);
    const link = /** @type {HTMLAnchorElement | null} */ (clicked.closest("a[data-dialog]"));
    if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      ask(link.href);
    }
    if (clicked.closest("[data-close]") && dialog.open) {
      event.preventDefault();
      dialog.close();
    }
    if (clicked === dialog) dialog.close(); // the backdrop
  });
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    send(/** @type {HTMLFormElement} */ (event.target));
  });
}

/** @param {string} address */
async function ask(address) {
  const url = new URL(address);
  url.searchParams.set("fragment", "");
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html, application/json" } });
    if (!answer.ok) return say(...(await told(answer)));
    dialog.innerHTML = await answer.text();
    dialog.showModal();
    const first = dialog.querySelector("input[name=why]") ?? dialog.querySelector("h2");
    /** @type {HTMLElement} */ (first).focus();
  } catch {
    say("The page's server does not answer.");
  }
}

/** @param {HTMLFormElement} form */
async function send(form) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  button.disabled = true;
  try {
    // Not form.action: a field of that name would be meant.
    const answer = await fetch(form.getAttribute("action") ?? "", {
      method: "POST",
      body: new URLSearchParams(/** @type {any} */ (new FormData(form))),
      headers: { Accept: "application/json" },
    });
    if (!answer.ok) return showFault(form, ...(await told(answer)));
    dialog.close();
    say((await answer.json()).done);
  } catch {
    showFault(form, "The page's server does not answer.");
  } finally {
    button.disabled = false;
  }
}

/** What is wrong, and what to do about it: words, or a link where they end with a page of ours.
 * @param {Response} answer @returns {Promise<(string | Node)[]>} */
async function told(answer) {
  const { error } = await answer.json();
  if (!error.hint) return [error.message];
  const way = /^(.*?)(?: at)?: (\/\S*)$/.exec(error.hint);
  if (!way) return [`${error.message} — ${error.hint}`];
  const link = document.createElement("a");
  link.href = way[2];
  link.textContent = way[1];
  return [`${error.message} — `, link];
}

/** @param {HTMLFormElement} form @param {...(string | Node)} parts */
function showFault(form, ...parts) {
  const place = /** @type {HTMLElement} */ (form.querySelector(".fault"));
  place.replaceChildren(...parts);
  place.hidden = false;
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let clearing;

/** What has a link stays until something else is said: whoever wants to follow it must reach it.
 * @param {...(string | Node)} parts */
function say(...parts) {
  toast.replaceChildren(...parts);
  clearTimeout(clearing);
  if (toast.querySelector("a")) return;
  clearing = setTimeout(() => {
    toast.textContent = "";
  }, 8000);
}
