// What htmx does not do by itself: live events, dialogs, keys. No page needs more script than this.
"use strict";

// <div data-live="/console/…/events">: each event of the stream becomes "live:NAME" on that element.
function listen(element) {
  const source = new EventSource(element.dataset.live);
  const names = (element.dataset.liveNames || "changed").split(" ");
  for (const name of names) {
    source.addEventListener(name, (event) => {
      if (!element.isConnected) return source.close();
      htmx.trigger(element, `live:${name}`, { data: event.data });
    });
  }
  source.addEventListener("open", () => { document.body.dataset.live = "on"; });
  source.addEventListener("error", () => { document.body.dataset.live = "off"; });
  window.addEventListener("pagehide", () => source.close());
}

function opened(root) {
  for (const element of root.querySelectorAll("[data-live]")) listen(element);
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog").close();
});

document.addEventListener("DOMContentLoaded", () => {
  opened(document);
  document.body.dataset.ready = "yes";
});
