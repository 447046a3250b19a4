// A worksheet is saved as one types (htmx); this keeps its saves in order and loses none.
"use strict";

const sheet = document.getElementById("sheet");
if (sheet) {
  let saving = false, typed = false, leaving = false, waiting = null, letGo = null, held = null;

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
  sheet.addEventListener("htmx:before:request", (event) => {
    // While another window's save stands in the way, or the page is being left, none is begun.
    if (leaving || document.querySelector("#conflict > *")) { event.preventDefault(); return; }
    saving = true;
    typed = false;
    event.detail.ctx.fetch = unmoved;
  });
  sheet.addEventListener("htmx:finally:request", () => {
    saving = false;
    mark();
    if (waiting) { const button = twin(waiting); waiting = null; sheet.requestSubmit(button); }
  });
  document.addEventListener("htmx:after:swap", mark);

  // What a save says comes in only when no button is pressed down: else it might replace or move
  // the button under the pointer, and the press would be none.
  async function unmoved(...asked) {
    const answer = await fetch(...asked);
    const text = await answer.text();
    await held;
    // Signed out meanwhile, or signed in anew: the page stays, with what was typed on it.
    if (answer.headers.has("HX-Redirect") || answer.status === 403) {
      typed = true;
      const token = sheet.elements.namedItem("csrfmiddlewaretoken"), before = token.value;
      if (await window.comitySession.holds() && token.value !== before) sheet.dispatchEvent(new Event("input"));
      return new Response(null, { status: 204 });
    }
    return new Response(text, { status: answer.status, headers: answer.headers });
  }
  sheet.addEventListener("pointerdown", () => { held ??= new Promise((done) => { letGo = done; }); });
  for (const end of ["pointerup", "pointercancel"]) {
    window.addEventListener(end, () => setTimeout(() => { letGo?.(); held = letGo = null; }));
  }

  // The button itself, or the one that has taken its place.
  const twin = (button) => button?.isConnected ? button
    : [...sheet.querySelectorAll("button[name=do]")].find((one) => one.value === button?.value);

  // A button waits for the save that is under way: else it would find that one as another window's.
  sheet.addEventListener("submit", (event) => {
    if (saving) { event.preventDefault(); waiting = event.submitter; }
    else if (leaving) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    if (event.target !== sheet || event.defaultPrevented) return;
    leaving = true;
    setTimeout(() => { leaving = false; }, 10_000); // still here: the reader stopped it
  });

  // A tab that is closed sends what was typed since the last save.
  window.addEventListener("pagehide", () => {
    if (typed && !leaving) navigator.sendBeacon(sheet.getAttribute("hx-post"), new FormData(sheet));
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
