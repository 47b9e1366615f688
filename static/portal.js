/* The portal works without this file; it adds small comforts. */
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
    /* A download leaves the page where it is: the form may be sent again. */
    if (event.submitter && event.submitter.hasAttribute("data-download")) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    window.addEventListener("pageshow", function () { delete form.dataset.sent; }, { once: true });
  });
  /* What is typed is kept by the server, three seconds after the last key and when the page is left. */
  document.querySelectorAll("[data-draft]").forEach(function (button) {
    var form = button.form, told = form.querySelector("[data-draft-said]"), timer = null, dirty = false, sent = false;
    function typed() {
      var data = new FormData(form);
      Array.from(data.entries()).forEach(function (pair) { if (typeof pair[1] !== "string") { data.delete(pair[0]); } });
      return data;
    }
    function say(text) { if (told.textContent !== text) { told.textContent = text; } }
    function save(leaving) {
      clearTimeout(timer);
      if (!dirty || sent) { return; }
      dirty = false;
      fetch(button.formAction, { method: "POST", body: typed(), headers: { "X-Draft": "quiet" }, keepalive: leaving })
        .then(function (answer) { return answer.json(); })
        .then(function (answer) { say(answer.said); })
        .catch(function () { dirty = true; say(button.dataset.failed); });
    }
    form.addEventListener("input", function () {
      dirty = true;
      clearTimeout(timer);
      timer = setTimeout(save, 3000, false);
    });
    form.addEventListener("submit", function () { sent = true; clearTimeout(timer); });
    window.addEventListener("pageshow", function () { sent = false; });
    window.addEventListener("pagehide", function () { save(true); });
  });
  var summary = document.querySelector(".errsum");
  if (summary) { summary.focus(); }
}());
