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
    if ((event.key !== "/" && event.key !== "?") || typing(event.target) || event.ctrlKey || event.metaKey) { return; }
    var there = document.querySelector("[accesskey='" + event.key + "']");
    if (there) { event.preventDefault(); there.click(); }
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
  /* A document may be dropped on its field; once chosen it is sent to be read. */
  document.querySelectorAll("[data-drop]").forEach(function (region) {
    var input = region.querySelector("input[type=file]"), send = region.querySelector("[data-drop-send]");
    function over(is) { return function (event) { event.preventDefault(); region.classList.toggle("dropping", is); }; }
    region.addEventListener("dragover", over(true));
    region.addEventListener("dragleave", over(false));
    region.addEventListener("drop", function (event) {
      over(false)(event);
      if (!event.dataTransfer.files.length) { return; }
      input.files = event.dataTransfer.files;
      input.form.requestSubmit(send);
    });
    input.addEventListener("change", function () { if (input.files.length) { input.form.requestSubmit(send); } });
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
  /* Items of an agenda may be dragged to another place; the buttons Up and Down do the same. */
  document.querySelectorAll("[data-order]").forEach(function (body) {
    var rows = Array.from(body.querySelectorAll("tr[id]")), held = null;
    rows.forEach(function (row) {
      row.draggable = true;
      row.addEventListener("dragstart", function (event) {
        held = row;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", row.id);
      });
      row.addEventListener("dragover", function (event) { if (held) { event.preventDefault(); } });
      row.addEventListener("drop", function (event) {
        event.preventDefault();
        var button = held && held !== row && held.querySelector("button[name=direction]");
        if (!button) { return; }
        var place = document.createElement("input");
        place.type = "hidden";
        place.name = "place";
        place.value = rows.indexOf(row) + 1;
        button.form.append(place);
        button.form.requestSubmit();
      });
      row.addEventListener("dragend", function () { held = null; });
    });
  });
  /* The hours of a meeting by the reader's own clock, where it is not Geneva's. */
  document.querySelectorAll("[data-own-time]").forEach(function (place) {
    var start = new Date(place.dataset.start), end = new Date(place.dataset.end);
    var offset = -start.getTimezoneOffset(), there = place.dataset.start.match(/([+-])(\d\d):(\d\d)$/);
    if (there && offset === (there[1] + 1) * (there[2] * 60 + Number(there[3]))) { return; }
    var hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    function said(moment, parts) { return new Intl.DateTimeFormat("en-GB", parts).format(moment); }
    place.textContent = place.dataset.words
      .replace("{day}", said(start, { day: "numeric", month: "long" }))
      .replace("{start}", said(start, hour))
      .replace("{end}", said(end, Object.assign({ timeZoneName: "short" }, hour)));
    place.hidden = false;
  });
  /* Words selected in a text become the passage on which the comment is; the list of paragraphs works without this. */
  var choice = document.getElementById("passage-choice"), words = "";
  function plain(range) {
    var part = document.createElement("div");
    part.appendChild(range.cloneContents());
    part.querySelectorAll(".note").forEach(function (link) { link.remove(); });
    part.querySelectorAll("p, li, h3, h4, h5, td, th, br, pre, blockquote").forEach(function (end) { end.after(" "); });
    return part.textContent.replace(/\s+/g, " ");
  }
  function choose() {
    var selection = document.getSelection(), text = document.querySelector("#text .record");
    if (!selection.rangeCount || selection.isCollapsed || !text) { return; }
    var range = selection.getRangeAt(0), before = document.createRange();
    if (!text.contains(range.commonAncestorContainer)) { return; }
    words = plain(range);
    before.setStart(text, 0);
    before.setEnd(range.startContainer, range.startOffset);
    var lead = plain(before) + (words.charAt(0) === " " ? " " : "");
    show(words.trim(), lead.replace(/\s+/g, " ").slice(-60));
  }
  function show(quote, before) {
    var select = choice.querySelector("select"), told = choice.querySelector("[data-told]");
    document.getElementById("comment_quote").value = quote;
    document.getElementById("comment_before").value = before;
    if (!told) {
      told = document.createElement("p");
      told.dataset.told = "";
      told.className = "quoted mb-0";
      told.setAttribute("role", "status");
      choice.append(told);
    }
    select.hidden = Boolean(quote);
    told.textContent = quote ? choice.dataset.chosen + " \u201c" + quote.slice(0, 160) + "\u201d " : "";
    if (!quote) { select.focus(); return; }
    var clear = document.createElement("button");
    clear.type = "button";
    clear.className = "btn-text";
    clear.textContent = choice.dataset.clear;
    clear.addEventListener("click", function () { show("", ""); });
    told.append(clear);
  }
  if (choice) {
    document.addEventListener("mouseup", choose);
    document.addEventListener("keyup", function (event) { if (event.shiftKey || event.key === "Shift") { choose(); } });
    var kept = document.getElementById("comment_quote").value;
    if (kept) { show(kept, document.getElementById("comment_before").value); }
  }
  /* A page that nobody looks at asks for no news; what is shown on request is read from its heading. */
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (document.hidden && event.target.hasAttribute("data-live")) { event.preventDefault(); }
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    var shown = event.detail.requestConfig && event.detail.requestConfig.elt.hasAttribute("data-live-show");
    var heading = document.getElementById("text-h");
    if (shown && heading) { heading.focus(); }
  });
  var summary = document.querySelector(".errsum");
  if (summary) { summary.focus(); }
}());
