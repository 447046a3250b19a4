// Returns, in words, which text lies over other text or is cut off, on the page as it stands.
// Text that is there for screen readers alone (a box of one pixel), text that can be scrolled to, and
// marks piled on a letter, which are cut on purpose so that they cover no other line, are neither.
() => {
  const SLACK = 2;
  const PILED = /\p{M}{3}/u;
  const boxes = [];
  const flaws = [];
  const words = (node) => node.textContent.trim().replace(/\s+/g, " ").slice(0, 60);
  const isShown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });

  const frame = (element) => {
    // what of the page an element can show: undefined if it is for screen readers alone
    let seen = { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity };
    let cuts = null;
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      const style = getComputedStyle(one);
      const box = one.getBoundingClientRect();
      if (style.position === "absolute" && box.width <= 1.5 && box.height <= 1.5) return undefined;
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      if (one instanceof SVGElement) continue;
      if (style.overflowX === "auto" || style.overflowX === "scroll") return { seen, cuts: null };
      seen = {
        left: Math.max(seen.left, box.left), right: Math.min(seen.right, box.right),
        top: Math.max(seen.top, box.top), bottom: Math.min(seen.bottom, box.bottom),
      };
      cuts = seen;
    }
    return { seen, cuts };
  };

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || PILED.test(node.textContent) || !isShown(element)) continue;
    if (element.closest("option, title, desc, script, style, template, noscript")) continue;
    const framed = frame(element);
    if (framed === undefined) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1 || box.height < 1) continue;
      const { cuts } = framed;
      if (cuts && (box.right > cuts.right + SLACK || box.left < cuts.left - SLACK ||
                   box.bottom > cuts.bottom + SLACK || box.top < cuts.top - SLACK)) {
        flaws.push(`cut off: ${words(node)}`);
        break;
      }
      boxes.push({ node, element, box });
    }
  }
  boxes.sort((one, other) => one.box.top - other.box.top);
  boxes.forEach((one, at) => {
    for (let next = at + 1; next < boxes.length && boxes[next].box.top < one.box.bottom - SLACK; next += 1) {
      const other = boxes[next];
      if (one.node === other.node) continue;
      const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const high = Math.min(one.box.bottom, other.box.bottom) - other.box.top;
      // lines of one paragraph touch: their boxes are as high as their type, not as their letters
      if (wide > SLACK && high > Math.min(one.box.height, other.box.height) / 3)
        flaws.push(`over one another: ${words(one.node)} | ${words(other.node)}`);
    }
  });
  return [...new Set(flaws)];
}
