/* Makes the staff pages a little kinder; without it everything works by itself. */
"use strict";
(() => {
  const IDLE_MS = 20 * 60 * 1000;
  const root = document.documentElement;

  /* A form is sent once, however often the button is pressed. */
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "1";
    window.setTimeout(() => { delete event.target.dataset.sent; }, 5000);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-print], [data-copy]");
    if (!button) return;
    if ("print" in button.dataset) window.print();
    else navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
  });

  /* A file that is too large is said to be so before it is sent. */
  document.addEventListener("change", (event) => {
    const { mostBytes, tooLarge } = event.target.dataset;
    if (!mostBytes) return;
    const isTooLarge = [...event.target.files].some((file) => file.size > Number(mostBytes));
    event.target.setCustomValidity(isTooLarge ? tooLarge : "");
    if (isTooLarge) event.target.reportValidity();
  });

  /* What only script can do is shown only where there is script. */
  for (const hidden of document.querySelectorAll("[data-with-script]")) hidden.hidden = false;

  /* A page that nobody touched for as long as a session lasts goes away, unless something was typed in it. */
  if ("signedIn" in document.body.dataset) {
    let timer = 0;
    let isTyped = false;
    const leave = () => { if (!isTyped) { root.classList.add("away"); window.location.reload(); } };
    const isHere = () => { window.clearTimeout(timer); timer = window.setTimeout(leave, IDLE_MS); };
    document.addEventListener("input", () => { isTyped = true; });
    for (const name of ["pointerdown", "keydown", "scroll"]) document.addEventListener(name, isHere, { passive: true });
    isHere();
    window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
  }
})();
