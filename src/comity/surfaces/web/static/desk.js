// A page in a hidden tab is not open: it asks for nothing, so the node may wake somebody.
document.addEventListener("htmx:before:request", (event) => {
  if (document.hidden && event.target.id === "live") event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  const live = document.getElementById("live");
  if (!document.hidden && live && live.hasAttribute("hx-get")) htmx.trigger(live, "shown");
});
// What is wrong with a form is read out and can be reached at once.
document.querySelector("[data-focus]")?.focus();
document.addEventListener("htmx:after:swap", () => document.querySelector("[data-focus]")?.focus());
// What was typed of a request and not sent is not lost without a question, be it by another language.
const said = document.querySelector("form.cm-say");
if (said) {
  let typed = Boolean(document.querySelector(".govuk-error-summary"));
  said.addEventListener("input", () => { typed = true; });
  document.addEventListener("submit", (event) => {
    if (event.target === said && !event.defaultPrevented) typed = false;
  });
  window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
}
