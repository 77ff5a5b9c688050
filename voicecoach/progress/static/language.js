// The switch between the two languages; both are in the page.
(() => {
  "use strict";
  const all = (selector) => [...document.querySelectorAll(selector)];
  all("[data-show]").forEach((button) => button.addEventListener("click", () => {
    const lang = button.dataset.show;
    document.documentElement.dataset.lang = lang;
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
    all("[data-show]").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
  }));
})();
