// Every table: copy what is shown as text, choose its columns, and stand as cards on a phone where it is too wide.
// Without this script the table is simply there whole.
(() => {
  "use strict";

  const OFF = "hl-column-off";
  const CARDS = "hl-cards";
  const MANY = 40; // rows: so many cards stand in a box of their own, or the rest of the page is out of reach
  const phone = matchMedia("(max-width: 760px)");

  function cellsOf(table, number) {
    return [...table.rows].map((row) => row.cells[number]).filter(Boolean);
  }

  function show(table, number, on) {
    cellsOf(table, number).forEach((cell) => cell.classList.toggle(OFF, !on));
  }

  // The signs of states are for the eye; a hidden column is not copied.
  function textOf(cell) {
    const copy = cell.cloneNode(true);
    copy.querySelectorAll("[aria-hidden=true]").forEach((sign) => sign.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  function asText(table) {
    const shown = (row) => [...row.cells].filter((cell) => !cell.classList.contains(OFF));
    return [...table.rows].map((row) => shown(row).map(textOf).join("\t")).join("\n");
  }

  // The clipboard's own interface exists on secure addresses only; offices often have none.
  function copied(text) {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "hl-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  function button(label) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    return made;
  }

  function copyButton(table) {
    const made = button("复制表格");
    const say = document.createElement("span");
    say.setAttribute("role", "status");
    made.addEventListener("click", () => {
      say.textContent = copied(asText(table)) ? "已复制，可粘贴到表格软件" : "浏览器不允许复制，请选中后按 Ctrl+C";
      made.focus();
    });
    return [made, say];
  }

  function choice(table, heads, key, number) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    const hidden = () => JSON.parse(localStorage.getItem(key) || "[]");
    box.type = "checkbox";
    box.checked = !hidden().includes(heads[number]);
    show(table, number, box.checked);
    box.addEventListener("change", () => {
      const others = hidden().filter((name) => name !== heads[number]);
      localStorage.setItem(key, JSON.stringify(box.checked ? others : [...others, heads[number]]));
      show(table, number, box.checked);
    });
    label.append(box, heads[number]);
    return label;
  }

  // Which columns are off is kept by the names of all of them, so that equal tables look alike; no value is kept.
  function columns(table) {
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const key = `hl-columns:${heads.join("|")}`;
    const box = document.createElement("details");
    const word = document.createElement("summary");
    word.textContent = "选择列";
    box.append(word, ...heads.slice(1).map((_, place) => choice(table, heads, key, place + 1)));
    return box;
  }

  function isPlain(table) {
    return table && table.tHead && ![...table.rows].some((row) => [...row.cells].some((cell) => cell.colSpan > 1));
  }

  // Each cell says its column by itself, and what it is in the table, which it no longer looks like.
  function label(table) {
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    table.setAttribute("role", "table");
    [...table.rows].forEach((row) => {
      row.setAttribute("role", "row");
      if (row.parentNode === table.tHead) return;
      [...row.cells].forEach((cell, number) => {
        cell.setAttribute("role", "cell");
        if (heads[number] && cell.textContent.trim()) cell.dataset.label = heads[number];
      });
    });
  }

  function fit(box) {
    const table = box.querySelector("table.hl-table");
    box.classList.remove(CARDS);
    if (!phone.matches || !isPlain(table) || table.tHead.querySelector("a, button, input")) return;
    if (box.scrollWidth <= box.clientWidth + 1) return;
    label(table);
    box.classList.add(CARDS);
    box.classList.toggle("hl-cards-long", table.rows.length > MANY);
  }

  function fitAll() {
    document.querySelectorAll(".hl-table-box").forEach(fit);
  }

  function tools(box) {
    const table = box.querySelector("table.hl-table");
    if (!isPlain(table) || table.rows.length < 2) return;
    const bar = document.createElement("div");
    bar.className = "hl-table-tools";
    bar.append(...copyButton(table), columns(table));
    box.after(bar);
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".hl-table-box").forEach(tools);
    fitAll();
  });
  phone.addEventListener("change", fitAll);
})();
