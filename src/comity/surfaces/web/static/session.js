// A session that ends takes nothing with it that was typed: it says so a quarter of an hour before,
// and a form on which somebody wrote for more than a minute is sent only once the node says that its
// officer is still signed in.  Else it stays as it is; they sign in in another window, comes back and
// sends it.  Likewise while no node answers.
window.comitySession = (() => {
  const told = document.getElementById("session");
  const SOON_MS = 15 * 60_000;
  const LOOK_MS = 30_000;
  const PATIENCE_MS = 10_000;
  const SENT_MS = 10_000;
  const FRESH_MS = 60_000;
  let ends = Number(told.dataset.endsMs);
  let warned = false;
  let stopped = false;
  let knownAt = Date.now();

  function tell(word, isWrong) {
    const template = document.querySelector(`template[data-session="${word}"]`);
    told.replaceChildren(template.content.cloneNode(true));
    told.classList.toggle("cm-session--wrong", isWrong);
    stopped ||= isWrong;
    if (isWrong) told.focus();
  }

  // Returns whether what is typed here may be sent, and says why not.
  async function holds() {
    let here;
    try {
      const answer = await fetch(told.dataset.here, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
      if (!answer.ok) return true; // it answers, and says better what is wrong
      here = await answer.json();
    } catch {
      tell("lost", true);
      return false;
    }
    if (here.officer !== told.dataset.officer) {
      tell(here.officer ? "other" : "ended", true);
      return false;
    }
    if (stopped || here.ends_ms !== ends) { // signed in anew: forms of the session before are not taken
      ends = here.ends_ms;
      stopped = warned = false;
      for (const one of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) one.value = here.token;
    }
    knownAt = Date.now();
    told.replaceChildren();
    told.classList.remove("cm-session--wrong");
    return true;
  }

  const asking = new Set(), sent = new Set();
  window.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    const isFresh = !stopped && Date.now() - knownAt < FRESH_MS;
    if (isFresh || form.getAttribute("method") !== "post" || sent.has(form) || !form.querySelector("textarea, input:not([type=hidden])")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (asking.has(form)) return; // pressed twice
    asking.add(form);
    const does = await holds();
    asking.delete(form);
    if (!does) return;
    sent.add(form);
    setTimeout(() => sent.delete(form), SENT_MS);
    form.requestSubmit(button?.isConnected ? button : null);
  }, true);

  setInterval(() => {
    if (!ends || warned || ends - Date.now() > SOON_MS) return;
    warned = true;
    tell("soon", false);
  }, LOOK_MS);

  return { holds };
})();
