// Choosing many lines at once; without this each is ticked by itself.
(() => {
  const all = document.querySelector("[data-pick-all]");
  const told = document.querySelector("[data-picked]");
  const lines = () => [...document.querySelectorAll("input[name='line']")];
  if (!all) return;
  all.hidden = false;
  const show = () => {
    const picked = lines().filter((one) => one.checked).length;
    if (told) told.textContent = picked ? String(picked) : "";
    all.checked = picked > 0 && picked === lines().length;
    all.indeterminate = picked > 0 && !all.checked;
  };
  all.addEventListener("change", () => { lines().forEach((one) => { one.checked = all.checked; }); show(); });
  document.addEventListener("change", (event) => { if (event.target.name === "line") show(); });
  show();
})();
