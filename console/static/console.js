// What htmx does not do by itself: live events, dialogs, keys. No page needs more script than this.
"use strict";

// <div data-live="/console/…/events">: each event of the stream becomes "live:changed" on the element.
function listen(element) {
  const source = new EventSource(element.dataset.live);
  source.addEventListener("changed", () => {
    if (element.isConnected) htmx.trigger(element, "live:changed");
    else source.close();
  });
  source.addEventListener("speaking", (event) => {
    speaking = JSON.parse(event.data);
    speak();
    if (speaking?.over) setTimeout(() => { if (speaking?.over) { speaking = null; speak(); } }, 5000);
  });
  source.addEventListener("open", () => { document.body.dataset.live = "on"; });
  source.addEventListener("error", () => { document.body.dataset.live = "off"; });
  window.addEventListener("pagehide", () => source.close());
}

// What the bot is saying just now, until the talk has it: the talk is exchanged meanwhile.
let speaking = null;
function speak() {
  const box = document.getElementById("speaking");
  if (!box) return;
  const said = speaking && document.querySelector(`#talk .said.bot[data-turn="${Number(speaking.turn)}"]`);
  if (said) speaking = null;
  box.hidden = !speaking;
  box.querySelector("[data-text]").textContent = speaking ? speaking.text : "";
  box.querySelector(".dots").hidden = Boolean(speaking?.over);
}
document.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "talk") speak(); });

function insert(words) {
  const box = document.getElementById("text");
  if (!box) return;
  box.value = box.value ? `${box.value}\n${words}` : words;
  box.focus();
}

function toast(words) {
  const shown = document.getElementById("toast");
  if (!shown) return;
  shown.textContent = words;
  shown.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { shown.hidden = true; }, 5000);
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-opens], [data-closes], [data-inserts], [data-inspects], [data-uninspects]");
  if (!target) return;
  const dialog = target.closest("dialog");
  if ("opens" in target.dataset) document.getElementById(target.dataset.opens).showModal();
  if ("closes" in target.dataset) dialog.close();
  if ("inspects" in target.dataset) document.body.dataset.inspecting = "yes";
  if ("uninspects" in target.dataset) delete document.body.dataset.inspecting;
  if ("inserts" in target.dataset) { insert(target.dataset.inserts); dialog?.close(); }
});

// Enter sends; with Shift, or while an input method is composing, it is a line break as ever.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  if (!event.target.matches("[data-enter-sends]")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target;
  if (!event.detail.successful || !form.matches) return;
  if (form.matches("[data-done-closes]")) form.closest("dialog")?.close();
  if (form.matches("[data-done-resets]")) form.reset();
});

document.addEventListener("htmx:responseError", (event) => {
  const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  toast(answer.body.textContent.trim() || String(event.detail.xhr.status));
});

// An answer that was on its way while the composer changed must not wipe what was typed since.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  const next = fragment.querySelector?.("#composer");
  if (target.id !== "composer" || !next || "anew" in next.dataset) return;
  const same = document.getElementById("mode")?.value === next.querySelector("#mode")?.value;
  if (same) event.detail.shouldSwap = false;
});

// What nobody looks at is not read: a page in the background catches up when it is shown again.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.target.matches("[data-live]")) event.preventDefault();
});
// Steps that somebody is reading are not taken from under his eyes.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.target.matches("[data-follows-turn]")) return;
  const beside = document.getElementById("inspector");
  if (beside.contains(document.activeElement) || beside.querySelector("details[open]:not([data-open])")) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("[data-live]")) htmx.trigger(element, "live:changed");
});

// A talk that is read at its end stays at its end, whatever is added to it or grows beside it.
function follow(element) {
  let atEnd = true;
  const stay = () => { if (atEnd) element.scrollTop = element.scrollHeight; };
  element.addEventListener("scroll", () => {
    atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 60;
  });
  element.addEventListener("load", stay, true);
  new ResizeObserver(stay).observe(element);
  new MutationObserver(stay).observe(element, { childList: true, subtree: true, characterData: true });
  stay();
}

document.addEventListener("DOMContentLoaded", () => {
  for (const element of document.querySelectorAll("[data-live]")) listen(element);
  for (const element of document.querySelectorAll("[data-follows]")) follow(element);
  document.body.dataset.ready = "yes";
});
