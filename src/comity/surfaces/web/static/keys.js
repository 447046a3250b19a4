// Single keys for every page.  None works with a modifier, in a field, or once they are off
// (WCAG 2.1.4); each does what a link or button that is on the page does.
//   data-key="n"      what the key of that letter presses
//   data-row          a line of a list: j and k go from one to the next
//   data-row-key="a"  within a line: what the key presses for the line that is chosen
(() => {
  const FIELDS = "input, textarea, select, [contenteditable], [role='textbox']";
  const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.getClientRects().length);
  const chosen = () => document.activeElement?.closest("[data-row]");

  function move(by) {
    const all = rows();
    if (!all.length) return false;
    const at = all.indexOf(chosen());
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
    (next.querySelector("a[href]") ?? next).focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  function press(key) {
    const found = chosen()?.querySelector(`[data-row-key="${key}"]`)
      ?? document.querySelector(`main [data-key="${key}"]`) ?? document.querySelector(`[data-key="${key}"]`);
    if (!found) return false;
    if (found.matches(FIELDS)) found.focus();
    else if (key === "/") location.assign(`${found.href}#search`);
    else found.click();
    return true;
  }

  function help() {
    const dialog = document.getElementById("keys");
    if (!dialog) return false;
    if (dialog.open) dialog.close();
    else dialog.showModal();
    return true;
  }

  const DOES = { j: () => move(1), k: () => move(-1), "?": help, "/": () => press("/"), n: () => press("n"), a: () => press("a") };

  if (location.hash === "#search") document.getElementById("search")?.focus();

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && !"jk".includes(event.key)) return;
    if (document.body.dataset.keys !== "on" || event.target.closest?.(FIELDS)) return;
    if (document.querySelector("dialog[open]") && event.key !== "?") return;
    const does = DOES[event.key];
    if (does?.()) event.preventDefault();
  });
})();
