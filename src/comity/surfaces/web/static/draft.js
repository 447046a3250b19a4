// A worksheet is saved as one types (htmx); this keeps its saves in order and loses none.
"use strict";

const sheet = document.getElementById("sheet");
if (sheet) {
  let saving = false, typed = false, leaving = false, waiting = null;

  // What is wrong is said at its input too, for those who hear the page.
  const mark = () => {
    const bad = new Set([...sheet.querySelectorAll(".cm-finding[data-bad]")].map((one) => one.dataset.for));
    for (const input of sheet.querySelectorAll("input[type=text], select, textarea")) {
      if (bad.has(input.id)) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  };
  mark();

  sheet.addEventListener("input", () => { typed = true; });
  sheet.addEventListener("change", () => { typed = true; });
  sheet.addEventListener("htmx:before:request", () => { saving = true; typed = false; });
  sheet.addEventListener("htmx:finally:request", () => {
    saving = false;
    mark();
    if (waiting) { const button = waiting; waiting = null; sheet.requestSubmit(button); }
  });
  document.addEventListener("htmx:after:swap", mark);

  // A button waits for the save that is under way: else it would find that one as another window's.
  sheet.addEventListener("submit", (event) => {
    if (saving) { event.preventDefault(); waiting = event.submitter; return; }
    leaving = true;
  });

  // A tab that is closed sends what was typed since the last save.
  window.addEventListener("pagehide", () => {
    if (typed && !leaving) navigator.sendBeacon(sheet.getAttribute("hx-post"), new FormData(sheet));
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
