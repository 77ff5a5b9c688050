// Switches the language of the page about one's own voice; without it the page still reads and sounds.
(() => {
  "use strict";
  const root = document.documentElement;
  const buttons = [...document.querySelectorAll("[data-show]")];
  const show = (lang) => {
    root.dataset.lang = lang;
    root.lang = lang === "zh" ? "zh-CN" : "en";
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.show === lang)));
  };
  buttons.forEach((button) => button.addEventListener("click", () => show(button.dataset.show)));
})();
