// My desk while it is open: asks whether anything is new and mostly hears that nothing is (304), every
// five seconds, or every fifteen while a stream says when to ask.  What arrives and presses is heard,
// a call that rings too, if the reader switched sound on, and stands in the title until somebody opens it.  A page in a hidden
// tab asks too, and says so.
(() => {
  const live = document.getElementById("desk-live");
  if (!live) return;
  const EVERY_MS = 5_000;
  const CALM_MS = 15_000;
  const WITHOUT_MS = 60_000;
  const AGAIN_MS = 30_000;
  const PATIENCE = 3;
  const state = document.querySelector("[data-live-state]");
  const regions = { calm: document.querySelector("[data-announce]"), pressing: document.querySelector("[data-alert]") };
  const button = document.querySelector("[data-sound]");
  let tag = live.dataset.tag;
  let failed = 0;
  let soundedAt = 0;
  let known = new Set(arrivals().map((row) => row.dataset.arrival));

  function arrivals() {
    return [...live.querySelectorAll("[data-arrival]")];
  }

  // -- sound: made here, so that no file is fetched; a browser lets it be heard after a gesture
  let audio = null;
  const wanted = () => localStorage.getItem("comity-sound") === "on";

  function wake() {
    if (!wanted()) return;
    audio ??= new AudioContext();
    if (audio.state === "suspended") audio.resume().then(show, () => {});
    show();
  }

  function show() {
    if (!button) return;
    const isOn = wanted();
    const isAsleep = isOn && audio?.state !== "running";
    button.hidden = false;
    button.setAttribute("aria-pressed", String(isOn));
    button.textContent = isOn ? (isAsleep ? button.dataset.asleep : button.dataset.on) : button.dataset.off;
  }

  function sound() {
    if (!wanted() || audio?.state !== "running") return;
    soundedAt = Date.now();
    live.dataset.sounded = String(Number(live.dataset.sounded ?? 0) + 1);
    [[880, 0], [660, 0.18], [880, 0.36]].forEach(([hertz, after]) => {
      const at = audio.currentTime + after;
      const tone = new OscillatorNode(audio, { frequency: hertz, type: "triangle" });
      const loud = new GainNode(audio, { gain: 0 });
      loud.gain.setValueAtTime(0, at);
      loud.gain.linearRampToValueAtTime(0.25, at + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.001, at + 0.16);
      tone.connect(loud).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.17);
    });
  }

  button?.addEventListener("click", () => {
    const isAsleep = wanted() && audio?.state !== "running";
    if (!isAsleep) localStorage.setItem("comity-sound", wanted() ? "off" : "on");
    wake();
    show();
    if (wanted() && !isAsleep) audio.resume().then(() => { show(); sound(); }, () => {});
  });
  document.addEventListener("pointerdown", wake, { once: true });
  document.addEventListener("keydown", wake, { once: true });

  // -- title and words
  function title() {
    const count = arrivals().length;
    document.title = count ? `(${count}) ${live.dataset.title}` : live.dataset.title;
  }

  function tell() {
    const now = arrivals();
    const fresh = now.filter((row) => !known.has(row.dataset.arrival));
    known = new Set(now.map((row) => row.dataset.arrival));
    if (fresh.some((row) => row.hasAttribute("data-urgent"))) sound();
    const lines = fresh.filter((row) => row.cells); // the bar of a call is read aloud by itself
    const pressing = lines.filter((row) => row.hasAttribute("data-urgent"));
    if (pressing.length) announce("pressing", `${live.dataset.pressing} ${pressing.map(named).join("")}`);
    else if (lines.length) announce("calm", `${live.dataset.arrived} ${lines.map(named).join("")}`);
  }

  // How urgent, what, of whom: the first cells of its line, without its buttons.
  const named = (row) => [...row.cells].slice(0, 3).map((cell) => {
    const said = cell.cloneNode(true);
    said.querySelectorAll("[class*=cm-age], .govuk-button").forEach((one) => one.remove());
    return said;
  }).map((cell) => cell.textContent.trim().replace(/\s+/g, " ")).join(live.dataset.comma) + live.dataset.stop;

  // Who hears the page is told again though the words are the same: to write what a region says already
  // changes nothing in it, and nobody would hear of the second.
  function announce(region, words) {
    const there = regions[region];
    there.textContent = "";
    setTimeout(() => { there.textContent = words; }, 100);
  }

  function remind() {
    const presses = live.querySelector("[data-arrival][data-urgent]");
    if (presses && Date.now() - soundedAt >= AGAIN_MS) sound();
  }

  // -- the part that changes; what is the same stays the same element, so that neither the focus nor
  //    the place of a screen reader moves with each minute that is told anew
  function keyed(part) {
    for (const section of part.querySelectorAll("section")) {
      const name = section.querySelector("h2").id;
      section.id = `part-${name}`;
      for (const row of section.querySelectorAll("[data-row]")) {
        const href = row.querySelector("a[href]")?.getAttribute("href");
        if (href) row.id = `${name}-${href}`;
      }
    }
    return part;
  }

  async function replace(text) {
    const held = document.activeElement;
    const inside = live.contains(held);
    const href = held?.getAttribute("href");
    const next = document.createElement("template");
    next.innerHTML = text;
    keyed(next.content);
    await htmx.swap({ sourceElement: live, target: live, swap: "innerMorph", text: next.innerHTML });
    if (!inside) return;
    const same = (one) => one.isConnected && one.getAttribute("href") === href;
    const there = same(held) ? held : href ? [...live.querySelectorAll("a[href]")].find(same) : null;
    (there ?? document.getElementById("main")).focus({ preventScroll: true });
  }

  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: live.dataset.zone, dateStyle: "short", timeStyle: "medium" });
  function fresh(date) {
    if (state && date) state.textContent = `${live.dataset.asOf} ${clock.format(new Date(date))}`;
  }

  let asking = false, again = false, askedAt = Date.now();
  async function ask() {
    if (asking) { again = true; return; }
    asking = true;
    askedAt = Date.now();
    await once();
    asking = false;
    if (again) { again = false; ask(); }
  }

  async function once() {
    try {
      const answer = await fetch(live.dataset.events, {
        headers: { "If-None-Match": tag, "Comity-Hidden": document.hidden ? "1" : "0", "HX-Request": "true" },
        cache: "no-store",
        redirect: "error",
      });
      const away = answer.headers.get("HX-Redirect");
      if (away) { location.assign(away); return; }
      if (answer.status === 200) {
        tag = answer.headers.get("ETag") ?? "";
        await replace(await answer.text());
        title();
        tell();
      } else if (answer.status !== 304) throw new Error(String(answer.status));
      failed = 0;
      state?.classList.remove("cm-live__state--lost");
      fresh(answer.headers.get("Date"));
      remind();
    } catch {
      failed += 1;
      if (failed === PATIENCE && state) {
        state.classList.add("cm-live__state--lost");
        state.textContent = live.dataset.lost;
        announce("pressing", live.dataset.lost);
      }
    }
  }

  // -- a stream, of one tab alone: a browser keeps six connections to a node, and needs them
  let stream = null;
  const others = "BroadcastChannel" in window ? new BroadcastChannel("comity-new") : null;
  others?.addEventListener("message", ask);

  function listen() {
    stream = new EventSource(`${live.dataset.stream}?tag=${encodeURIComponent(tag)}`);
    stream.addEventListener("new", () => { ask(); others?.postMessage("new"); });
    stream.addEventListener("end", leave);
    stream.addEventListener("error", () => { if (stream?.readyState === EventSource.CLOSED) leave(); });
  }

  function leave() { // no room, or another session: asked as before, and tried again
    stream?.close();
    stream = null;
    ask();
    setTimeout(listen, WITHOUT_MS);
  }
  navigator.locks?.request("comity-stream", () => { listen(); return new Promise(() => {}); });

  keyed(live);
  title();
  show();
  if (wanted()) announce("calm", button?.textContent ?? ""); // it sleeps until a key or a press
  setInterval(() => {
    const isTold = stream?.readyState === EventSource.OPEN;
    if (!isTold || Date.now() - askedAt >= CALM_MS) ask();
  }, EVERY_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  document.addEventListener("comity:ask", ask);
})();
