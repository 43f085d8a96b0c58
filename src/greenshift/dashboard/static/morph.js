// Makes one piece of the page like another, changing only what differs: focus, open details, the selection and
// running transitions stay.

/** @param {Element} element @param {string} html */
export function morph(element, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  matchChildren(element, template.content);
}

/** @param {Node} from @param {Node} to */
function matchChildren(from, to) {
  let here = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    if (here && isSame(here, wanted)) {
      matchNode(here, wanted);
      here = here.nextSibling;
    } else {
      from.insertBefore(wanted, here);
    }
  }
  while (here) {
    const next = here.nextSibling;
    here.remove();
    here = next;
  }
}

function isSame(from, to) {
  return from.nodeType === to.nodeType && from.nodeName === to.nodeName && (from.id ?? "") === (to.id ?? "");
}

function matchNode(from, to) {
  if (from.isEqualNode(to)) return;
  if (from.nodeType !== Node.ELEMENT_NODE) {
    from.nodeValue = to.nodeValue;
    return;
  }
  matchAttributes(from, to);
  // What is being typed or chosen right now is the visitor's.
  if (from !== document.activeElement || !("value" in from)) matchChildren(from, to);
}

function matchAttributes(from, to) {
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  for (const { name } of [...from.attributes]) {
    const isVisitors = name === "open" && from.nodeName === "DETAILS";
    if (!to.hasAttribute(name) && !isVisitors) from.removeAttribute(name);
  }
}
