// The form of a query: each condition offers what its item takes, codes are picked from their list. Without it, one types.
(() => {
  "use strict";

  const empty = new Set(["empty", "filled"]);

  function picker(field, values, many) {
    const select = document.createElement("select");
    const chosen = new Set(field.value.split(/[\s,，、]+/));
    select.name = field.name;
    select.multiple = many;
    select.setAttribute("aria-label", field.getAttribute("aria-label"));
    select.dataset.value = "";
    if (!many) select.add(new Option("（请选择）", ""));
    for (const [code, label] of values) select.add(new Option(label, code, false, chosen.has(code) || field.value === code));
    return select;
  }

  function typed(field) {
    const input = document.createElement("input");
    input.name = field.name;
    input.autocomplete = "off";
    input.placeholder = "值";
    input.setAttribute("aria-label", field.getAttribute("aria-label"));
    input.dataset.value = "";
    return input;
  }

  function fit(line, known, isNew) {
    const item = known[line.querySelector("[data-item]").value];
    const operator = line.querySelector("[data-operator]");
    for (const option of operator.options) option.hidden = option.disabled = Boolean(item) && !item.operators.includes(option.value);
    if (operator.selectedOptions[0]?.disabled) operator.value = item.operators[0] ?? "equal";
    const other = line.querySelector("[data-other]");
    for (const option of other.options) {
      const theirs = known[option.value];
      option.hidden = Boolean(item && theirs) && (theirs.kind !== item.kind || option.value === line.querySelector("[data-item]").value);
    }
    const old = line.querySelector("[data-value]");
    const picks = item && item.values.length && !["contains", "lacks", "starts"].includes(operator.value);
    if (picks || old.tagName === "SELECT") {
      const field = picks ? picker(old, item.values, operator.value === "among") : typed(old);
      if (!isNew && picks && old.tagName === "SELECT") for (const o of field.options) o.selected = [...old.selectedOptions].some((s) => s.value === o.value);
      old.replaceWith(field);
    }
    const without = empty.has(operator.value);
    line.querySelector("[data-value]").hidden = without;
    line.querySelector("[data-second]").hidden = operator.value !== "between";
    other.hidden = without || ["among", "between", "contains", "lacks", "starts"].includes(operator.value);
  }

  function held(taken) {
    const operator = taken.querySelector("[data-held]").value;
    for (const [name, shown] of [["first", operator !== ""], ["second", operator === "between"]]) {
      const field = taken.querySelector(`[data-${name}]`);
      field.hidden = !shown;
      if (!shown) field.value = "";
    }
  }

  function modes(form) {
    const mode = form.querySelector("[name=mode]:checked")?.value ?? "statistics";
    for (const part of form.querySelectorAll("[data-mode]")) part.hidden = part.dataset.mode !== mode;
  }

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.getElementById("qr-ask");
    const source = document.getElementById("qr-known");
    if (!form || !source) return;
    const known = JSON.parse(source.textContent);
    for (const line of form.querySelectorAll("[data-line]")) {
      fit(line, known, true);
      line.querySelector("[data-item]").addEventListener("change", () => fit(line, known, true));
      line.querySelector("[data-operator]").addEventListener("change", () => fit(line, known, false));
    }
    for (const taken of form.querySelectorAll("[data-taken]")) {
      held(taken);
      taken.querySelector("[data-held]").addEventListener("change", () => held(taken));
    }
    modes(form);
    form.addEventListener("change", (event) => event.target.name === "mode" && modes(form));
  });
})();
