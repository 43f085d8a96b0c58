// What is wrong with how a page lies: text outside the window, text upon text, text cut without a hint,
// text in a column of a few letters.
(() => {
  const UNSEEN =
    ".unseen, script, style, option, datalist, title, [hidden], .skip, .toast, dialog:not([open])";
  const faults = [];
  // A dialog lies upon the page, which is meant to be below it: then it is the dialog that is judged.
  const root = document.querySelector("dialog[open]") ?? document.body;
  const say = (what, element) => {
    const words = element.textContent.trim().slice(0, 30);
    faults.push(
      `${what}: <${element.tagName.toLowerCase()} class="${element.getAttribute("class") ?? ""}"> ${words}`,
    );
  };
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) faults.push(`the page scrolls sideways by ${wide} px`);
  const edges = root.getBoundingClientRect();
  if (root !== document.body && (edges.left < 0 || edges.right > innerWidth || edges.top < 0))
    faults.push(`the dialog reaches out of the window: ${edges.left} to ${edges.right}, from ${edges.top}`);

  const isSeen = (element) => !element.closest(UNSEEN) && element.checkVisibility();
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);

  // What remains of a box within every ancestor that cuts.
  const within = (rect, element) => {
    let { left, right, top, bottom } = rect;
    for (let each = element; each && each !== document.body; each = each.parentElement) {
      const style = getComputedStyle(each);
      const cuts =
        style.overflowX !== "visible" && style.display !== "inline" && !(each instanceof SVGElement);
      if (!cuts) continue;
      const box = each.getBoundingClientRect();
      [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
      [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
    }
    return { left, right, top, bottom, element };
  };

  const boxes = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent?.trim() || !isSeen(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const lines = [...range.getClientRects()];
    if (lines.length > 3 && Math.max(...lines.map((line) => line.width)) < 40) say("squeezed", element);
    for (const rect of lines) {
      const box = within(rect, element);
      if (box.right - box.left < 2 || box.bottom - box.top < 2) continue;
      if (box.right > innerWidth + 1 || box.left < -1) say("outside the window", element);
      boxes.push(box);
    }
  }
  boxes.sort((a, b) => a.top - b.top);
  for (let i = 0; i < boxes.length; i++) {
    for (let j = i + 1; j < boxes.length && boxes[j].top < boxes[i].bottom - 4; j++) {
      const [a, b] = [boxes[i], boxes[j]];
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (a.element !== b.element && across > 2 && down > 4)
        say(`upon "${b.element.textContent.trim().slice(0, 20)}"`, a.element);
    }
  }
  // Charts side by side are compared: their plots begin at one height.
  const plots = [...root.querySelectorAll(".chart .plot")].map((plot) => {
    const chart = plot.closest(".chart") ?? plot;
    return { chart, row: chart.getBoundingClientRect().top, top: plot.getBoundingClientRect().top };
  });
  for (const { chart, row, top } of plots)
    if (plots.some((each) => each.row === row && Math.abs(each.top - top) > 1))
      say("a plot higher or lower than the one beside it", chart);
  // A short name is read at a glance: it takes two lines at most.
  for (const element of root.querySelectorAll("th a, .key, .live a")) {
    if (!isSeen(element) || (element.textContent ?? "").trim().length > 32) continue;
    const tops = new Set([...element.getClientRects()].map((line) => Math.round(line.top)));
    if (tops.size > 2) say(`a name on ${tops.size} lines`, element);
  }
  // Where a table lies as a list, what a cell holds stands beside its label, not below it among the labels.
  for (const cell of root.querySelectorAll("td[data-label]")) {
    const style = getComputedStyle(cell);
    const label = Number.parseFloat(style.gridTemplateColumns);
    if (style.display !== "grid" || Number.isNaN(label)) continue;
    const from = cell.getBoundingClientRect().left + label;
    for (const child of cell.children)
      if (isSeen(child) && child.getBoundingClientRect().left < from) say("among the labels", child);
  }
  const pieces =
    root === document.body ? document.querySelectorAll("main *, header *") : root.querySelectorAll("*");
  for (const element of pieces) {
    if (!isSeen(element) || !(element instanceof HTMLElement)) continue;
    const style = getComputedStyle(element);
    const isHidden = style.clipPath !== "none"; // said to those who listen only
    if (
      isHidden ||
      style.overflowX === "visible" ||
      element.matches("input, select, .lines-box, .as-table .scroll")
    )
      continue;
    const cut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
    const hints = style.textOverflow === "ellipsis" && element.title;
    if (cut && !hints) say(scrolls(element) ? "hides what is at its right" : "cut without a hint", element);
  }
  return [...new Set(faults)];
})();
