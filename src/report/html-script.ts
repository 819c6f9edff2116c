/**
 * The page's script: search, the choice of what to show, and links to single tests. Without it the page still shows all.
 */
export const script = `
(() => {
  const tests = [...document.querySelectorAll(".test")];
  const search = document.querySelector("input[type=search]");
  const chips = [...document.querySelectorAll("button[data-show]")];
  const none = document.querySelector(".none");
  let show = "all";
  const apply = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let left = 0;
    for (const test of tests) {
      const fits = (show === "all" || test.dataset.status === show) && words.every((word) => test.dataset.find.includes(word));
      test.hidden = !fits;
      if (fits) left++;
    }
    for (const section of document.querySelectorAll("section")) {
      section.hidden = section.dataset.keep === undefined && section.querySelector(".test:not([hidden])") === null;
    }
    none.hidden = left > 0;
    for (const chip of chips) chip.setAttribute("aria-pressed", String(chip.dataset.show === show));
  };
  for (const chip of chips) chip.addEventListener("click", () => { show = chip.dataset.show; apply(); });
  search.addEventListener("input", apply);
  document.querySelector("button[data-fold]").addEventListener("click", (event) => {
    const open = event.currentTarget.dataset.fold === "closed";
    event.currentTarget.dataset.fold = open ? "open" : "closed";
    event.currentTarget.textContent = open ? "Fold all" : "Unfold all";
    for (const test of tests) if (!test.hidden) test.open = open;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) { event.preventDefault(); search.focus(); }
    if (event.key === "Escape" && document.activeElement === search) { search.value = ""; apply(); search.blur(); }
  });
  const visit = () => {
    const test = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!test) return;
    test.open = true;
    test.scrollIntoView();
    requestAnimationFrame(() => test.scrollIntoView());
  };
  addEventListener("hashchange", visit);
  for (const test of tests) test.addEventListener("toggle", () => {
    if (test.open && test.matches(":hover")) history.replaceState(null, "", "#" + encodeURIComponent(test.id));
  });
  apply();
  visit();
})();
`;
