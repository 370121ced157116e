/* Makes the pages of the web chat quicker and calmer; without it every form works by itself. */
"use strict";
(() => {
  const IDLE_MS = 10 * 60 * 1000;
  const RETRY_MS = [1000, 2000, 4000, 8000, 15000];
  const STATEMENT_KEYS = "12345";
  const ARABIC_KEYS = "\u0661\u0662\u0663\u0664\u0665";
  const root = document.documentElement;
  let isBusy = false;
  let idleTimer = 0;

  const status = () => document.getElementById("status");
  const say = (text) => { const place = status(); place.textContent = text; place.hidden = !text; };

  /* A tap is sent once, and again only when nothing came back: it carries its own number, so it counts once. */
  async function send(action, fields, tries = 0) {
    let response;
    try {
      response = await fetch(action, { method: "POST", body: new URLSearchParams(fields), headers: { "X-Swap": "1" }, credentials: "same-origin" });
    } catch {
      response = null;
    }
    if (response && ![502, 503, 504].includes(response.status)) {
      if (tries) { say(document.body.dataset.online); window.setTimeout(() => say(""), 3000); }
      return response;
    }
    say(document.body.dataset.offline);
    await pause(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
    return send(action, fields, tries + 1);
  }

  function pause(milliseconds) {
    return new Promise((go) => {
      const timer = window.setTimeout(go, milliseconds);
      window.addEventListener("online", () => { window.clearTimeout(timer); go(); }, { once: true });
    });
  }

  async function submit(form, button) {
    if (isBusy) return;
    isBusy = true;
    const fields = new FormData(form);
    if (button && button.name) fields.append(button.name, button.value);
    if (button) button.classList.add("chosen");
    const main = document.getElementById("chat");
    main.setAttribute("aria-busy", "true");
    try {
      show(await (await send(form.action, fields)).text());
    } finally {
      isBusy = false;
      main.removeAttribute("aria-busy");
    }
  }

  function show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const next = page.getElementById("chat");
    if (!next) { window.location.replace("/chat"); return; }
    root.lang = page.documentElement.lang;
    root.dir = page.documentElement.dir;
    document.title = page.title;
    for (const name of Object.keys(document.body.dataset)) delete document.body.dataset[name];
    Object.assign(document.body.dataset, page.body.dataset);
    document.getElementById("chat").replaceWith(document.importNode(next, true));
    window.scrollTo(0, 0);
    const ask = document.getElementById("ask");
    if (ask) ask.focus({ preventScroll: true });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (isBusy) { event.preventDefault(); return; }
    if (!form.matches("[data-swap]")) return;
    event.preventDefault();
    submit(form, event.submitter);
  });

  /* What closing means opens below; it must not open out of sight. */
  document.addEventListener("toggle", (event) => {
    if (event.target.matches("details.close[open]")) event.target.scrollIntoView({ block: "nearest" });
  }, true);

  /* 1 to 5 choose a face while the question has the focus, and nowhere else (WCAG 2.1.4). */
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !event.target.closest(".turn")) return;
    const place = Math.max(STATEMENT_KEYS.indexOf(event.key), ARABIC_KEYS.indexOf(event.key));
    const answer = place < 0 ? null : document.querySelectorAll(".faces button")[place];
    if (answer) { event.preventDefault(); answer.click(); }
  });

  /* After ten minutes without anybody there the page goes away; a page from the browser's memory is asked for anew. */
  function lock() {
    if (document.body.dataset.lock) { root.classList.add("away"); window.location.replace(document.body.dataset.lock); }
  }
  function isHere() { window.clearTimeout(idleTimer); idleTimer = window.setTimeout(lock, IDLE_MS); lastHere = Date.now(); }
  let lastHere = Date.now();
  for (const name of ["pointerdown", "keydown", "scroll", "touchstart"]) document.addEventListener(name, isHere, { passive: true });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && Date.now() - lastHere > IDLE_MS) lock();
  });
  isHere();
  window.addEventListener("pagehide", (event) => { if (event.persisted) root.classList.add("away"); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });

  const ask = document.getElementById("ask");
  if (ask && document.querySelector("[data-statement]")) ask.focus({ preventScroll: true });
})();
