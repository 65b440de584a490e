"use strict";
// The page is whole without this; it adds the filter, opens what a link points into, and enlarges
// pictures so that events can be leafed through with the arrow keys.
(() => {
  const form = document.getElementById("filter");
  const items = [...document.querySelectorAll("[data-event]")];

  const shown = () => items.filter((item) => !item.hidden);

  function apply() {
    const camera = form.elements.camera.value;
    const verdicts = new Set(
      [...form.querySelectorAll("input:checked")].map((box) => box.value));
    for (const item of items) {
      item.hidden = (camera !== "" && item.dataset.camera !== camera)
        || !verdicts.has(item.dataset.verdict);
    }
    for (const part of document.querySelectorAll("article.camera")) {
      part.hidden = camera !== "" && part.dataset.camera !== camera;
    }
    for (const verdict of ["alarm", "review", "suppressed"]) {
      const section = document.getElementById(verdict);
      if (!section) continue;
      const left = [...section.querySelectorAll("[data-event]")].filter((item) => !item.hidden);
      section.hidden = left.length === 0;
      const count = section.querySelector("h2 .n");
      count.textContent = left.length < count.dataset.listed
        ? `${left.length} of ${count.dataset.all}` : count.dataset.all;
    }
    form.querySelector("output").textContent =
      `${shown().length} of ${items.length} shown`;
  }

  function reveal() {
    const target = location.hash.length > 1
      && document.getElementById(location.hash.slice(1));
    const fold = target && target.closest("details:not([open])");
    if (fold) {
      fold.open = true;
      target.scrollIntoView();
    }
  }

  function viewer() {
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-label", "Event, enlarged");
    const close = document.createElement("button");
    close.textContent = "Close";
    close.addEventListener("click", () => dialog.close());
    const stage = document.createElement("div");
    dialog.append(stage, close);
    document.body.append(dialog);
    let at = null;

    function show(card) {
      at = card;
      const copy = card.cloneNode(true);
      for (const part of [copy, ...copy.querySelectorAll("[id]")]) part.removeAttribute("id");
      for (const part of copy.querySelectorAll("[role=button]")) {  // or it takes the focus with it
        part.removeAttribute("role");
        part.removeAttribute("tabindex");
      }
      stage.replaceChildren(copy);
      if (!dialog.open) dialog.showModal();
    }

    function step(by) {
      const cards = shown().filter((item) => item.matches("article") && item.checkVisibility());
      const next = cards[cards.indexOf(at) + by];
      if (next) show(next);
    }

    dialog.addEventListener("keydown", (event) => {
      if (event.key === "ArrowRight") step(1);
      if (event.key === "ArrowLeft") step(-1);
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    dialog.addEventListener("close", () => {
      const button = at.querySelector("figure");
      if (button) button.focus();
    });
    return show;
  }

  if (form) {
    form.hidden = false;
    form.addEventListener("change", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    apply();
  }
  const show = viewer();
  for (const figure of document.querySelectorAll("article[data-event] figure")) {
    const card = figure.closest("article");
    figure.tabIndex = 0;
    figure.setAttribute("role", "button");
    figure.addEventListener("click", () => show(card));
    figure.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        show(card);
      }
    });
  }
  window.addEventListener("hashchange", reveal);
  reveal();
})();
