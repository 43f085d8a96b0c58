// Questions before deeds, in a dialog; without this script they are pages of their own.

const dialog = document.getElementById("dialog");
const toast = document.getElementById("toast");

export function startDialogs() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      ask(link.href);
    }
    if (event.target.closest("[data-close]") && dialog.open) {
      event.preventDefault();
      dialog.close();
    }
    if (event.target === dialog) dialog.close(); // the backdrop
  });
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target);
  });
}

async function ask(address) {
  const url = new URL(address);
  url.searchParams.set("fragment", "");
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html, application/json" } });
    if (!answer.ok) return say(await told(answer));
    dialog.innerHTML = await answer.text();
    dialog.showModal();
    (dialog.querySelector("input[name=why]") ?? dialog.querySelector("h2")).focus();
  } catch {
    say("The page's server does not answer.");
  }
}

async function send(form) {
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    // Not form.action: a field of that name would be meant.
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "application/json" },
    });
    if (!answer.ok) return showFault(form, await told(answer));
    dialog.close();
    say((await answer.json()).done);
  } catch {
    showFault(form, "The page's server does not answer.");
  } finally {
    button.disabled = false;
  }
}

async function told(answer) {
  const { error } = await answer.json();
  return error.hint ? `${error.message} — ${error.hint}` : error.message;
}

function showFault(form, text) {
  const place = form.querySelector(".fault");
  place.textContent = text;
  place.hidden = false;
}

let clearing;

function say(text) {
  toast.textContent = text;
  clearTimeout(clearing);
  clearing = setTimeout(() => (toast.textContent = ""), 8000);
}
