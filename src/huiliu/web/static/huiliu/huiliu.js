// The theme writes the name of a chosen file into the nearest text field, which is some other answer on our forms:
// an input that counts as bound already is left alone.
HTMLInputElement.prototype.hasChangeListener = true;

// Timeline: arrow keys move between months, the line below says the month under the pointer or the focus.
(() => {
  "use strict";

  function cells(box) {
    return [...box.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td")]);
  }

  function step(grid, cell, down, right) {
    let y = grid.findIndex((row) => row.includes(cell)) + down;
    let x = grid.find((row) => row.includes(cell)).indexOf(cell) + right;
    for (; grid[y] && grid[y][x]; y += down, x += right) {
      if (grid[y][x].dataset.text) return grid[y][x];
    }
    return null;
  }

  function bind(box) {
    const grid = cells(box);
    const say = box.querySelector("[data-say]");
    const first = box.querySelector("[data-text]");
    if (!first) return;
    first.tabIndex = 0;
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const tell = (event) => {
      const cell = event.target.closest("[data-text]");
      if (cell) say.textContent = cell.dataset.text;
    };
    box.addEventListener("mouseover", tell);
    box.addEventListener("focusin", tell);
    box.addEventListener("keydown", (event) => {
      const move = moves[event.key];
      const cell = event.target.closest("[data-text]");
      const next = move && cell && step(grid, cell, ...move);
      if (!next) return;
      event.preventDefault();
      cell.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
  }

  // A table too wide for the window opens where its newest column stands at the right edge.
  function showLatest(box) {
    const filled = [...box.querySelectorAll("td[data-text]")];
    const edge = Math.max(0, ...filled.map((cell) => cell.offsetLeft + cell.offsetWidth));
    box.scrollLeft = edge - box.clientWidth;
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-timeline]").forEach(bind);
    document.querySelectorAll("[data-latest]").forEach(showLatest);
  });
})();

// The search box: `/` leads back to it from anywhere but another field, or to its page; Esc leaves it. Autofocus is
// given again once the skin shows.
(() => {
  "use strict";

  const typing = (element) => element.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");

  // The menu has the entry only for whoever may search.
  const searchPage = () => document.querySelector('a[href="/datahub/persons/"]');

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches("[data-hotkey]")) event.target.blur();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const box = document.querySelector(`[data-hotkey="${CSS.escape(event.key)}"]`);
    if (typing(event.target) && event.target !== box) return;  // in the box itself it selects what stands there
    if (!box && event.key === "/" && searchPage()) {
      event.preventDefault();
      searchPage().click();
    }
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  window.addEventListener("load", () => {
    const box = document.querySelector("[autofocus]");
    if (box && document.activeElement === document.body) requestAnimationFrame(() => box.focus());
  });
})();

// A plain file field stands alone; the skin's own script would look for a text field beside it and fail.
(() => {
  "use strict";

  document.addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll(".hl-form input[type=file]").forEach((input) => { input.hasChangeListener = true; }),
  );
})();
