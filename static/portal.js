/* The portal works without this file; it adds four small comforts. */
(function () {
  "use strict";
  function typing(target) {
    return target.closest("input, textarea, select, [contenteditable]") !== null;
  }
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      document.querySelectorAll("details.dropdown[open]").forEach(function (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    }
    if (event.key !== "/" || typing(event.target) || event.ctrlKey || event.metaKey) { return; }
    var search = document.querySelector("[accesskey='/']");
    if (search) { event.preventDefault(); search.click(); }
  });
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.dropdown[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
  });
  /* A second click on the same button sends nothing; the server would make it one act anyway. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    window.addEventListener("pageshow", function () { delete form.dataset.sent; }, { once: true });
  });
  var summary = document.querySelector(".errsum");
  if (summary) { summary.focus(); }
}());
