"use strict";
// The page is whole without this: it adds filters, copying, and opening what a link leads to.
(() => {
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const rules = all(".rule");
  const fields = ["text", "verdict", "level", "operation"].map((name) => one(`#filter-${name}`));
  const [text, verdict, level, operation] = fields;

  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const rule of rules) {
      const data = rule.dataset;
      const searched = `${rule.querySelector(".title").textContent.toLowerCase()} ${data.words}`;
      const fits = (!verdict.value || data.verdict === verdict.value)
        && (!level.value || data.level === level.value)
        && (!operation.value || data.operation === operation.value)
        && words.every((word) => searched.includes(word));
      rule.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    one("#shown").textContent = `${shown} of ${rules.length} rules`;
    one("#none").hidden = shown > 0;
    one("#reset").hidden = shown === rules.length;
  };
  const reset = () => {
    for (const field of fields) field.value = "";
    filter();
  };

  // Opens what the address names, whatever the filters hide.
  const reveal = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* it is taken as it is */ }
    const rule = document.getElementById(id)?.closest(".rule");
    if (!rule) return;
    if (rule.hidden) reset();
    rule.open = true;
    for (const other of all(".rule.linked")) other.classList.remove("linked");
    rule.classList.add("linked");
    rule.scrollIntoView();
    rule.querySelector("summary").focus({ preventScroll: true });
  };

  const copy = async (button) => {
    const pre = button.closest(".snippet").querySelector("pre");
    try {
      await navigator.clipboard.writeText(pre.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(pre);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  };

  one(".filters").hidden = false;
  for (const field of fields) field.addEventListener("input", filter);
  one("#reset").addEventListener("click", reset);
  for (const link of all("a[data-verdict]")) {
    link.addEventListener("click", () => {
      reset();
      verdict.value = link.dataset.verdict;
      filter();
    });
  }
  for (const button of all(".copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  addEventListener("hashchange", reveal);
  for (const link of all(".rule-link")) {
    // The address does not change where it names the rule already.
    link.addEventListener("click", () => setTimeout(reveal));
  }
  addEventListener("beforeprint", () => {
    for (const details of all(".cause, .rule[data-verdict=violates], .rule[data-verdict=waived]")) {
      details.open = true;
    }
  });
  filter();
  reveal();
})();
