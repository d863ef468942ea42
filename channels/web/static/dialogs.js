// Two dialogs over the page: a picture at full size, and the passage an answer rests on. The
// browser's own <dialog> keeps the focus inside, closes on Escape and gives the focus back.

import { h, icon } from "./dom.js";
import { t } from "./texts.js";

function opened(name, label, ...children) {
  const close = h("button", { type: "button", class: "quiet round close", "aria-label": t("close"), onclick: () => dialog.close() }, icon("close"));
  const dialog = h("dialog", { class: name, "aria-label": label }, close, ...children);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function lightbox(images, first) {
  let place = first;
  const picture = h("img", {});
  const caption = h("figcaption", {});
  const turn = (by) => {
    place = (place + by + images.length) % images.length;
    picture.src = images[place].path;
    picture.alt = images[place].caption;
    const count = images.length > 1 ? `  ${t("of", { n: place + 1, all: images.length })}` : "";
    caption.textContent = images[place].caption + count;
  };
  const arrow = (name, by, label) => h("button", { type: "button", class: `quiet round ${name}`, "aria-label": t(label), onclick: () => turn(by) }, icon(name));
  const arrows = images.length > 1 ? [arrow("left", -1, "previous"), arrow("right", 1, "next")] : [];
  const dialog = opened("lightbox", images[first].caption, h("figure", {}, picture, caption), arrows);
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") turn(-1);
    if (event.key === "ArrowRight") turn(1);
  });
  turn(0);
}

export async function sourceDialog(title, passage) {
  const body = h("div", { class: "passage", tabIndex: 0, "aria-busy": "true" });
  opened("source-panel", t("sourceHeading"), h("p", { class: "eyebrow" }, t("sourceHeading")), h("h2", {}, title), body);
  try {
    const found = await passage;
    const heading = found.heading.filter((part) => part !== title).join(" › ");
    if (found.changed) body.append(h("p", { class: "heading" }, t("notFound")));
    body.append(...(heading ? [h("p", { class: "heading" }, heading)] : []), h("p", { class: "passage-text" }, marked(found.text, found.said)));
  } catch {
    body.append(h("p", {}, t("broken")));
  }
  body.removeAttribute("aria-busy");
}

/** The text with the said parts marked. */
function marked(text, said) {
  const pieces = [];
  let from = 0;
  for (const part of said) {
    const at = part ? text.indexOf(part, from) : -1;
    if (at < 0) continue;
    pieces.push(text.slice(from, at), h("mark", {}, part));
    from = at + part.length;
  }
  return [...pieces, text.slice(from)];
}
