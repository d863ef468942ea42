// The parts of an answer beside its words: pictures, payment, sources, choices, thumbs.

import { h, icon } from "./dom.js";
import { lightbox, sourceDialog } from "./dialogs.js";
import { money, t } from "./texts.js";

export function pictures(images) {
  if (!images?.length) return null;
  const tiles = images.map((image, place) => h("button", {
    type: "button", class: "picture", "aria-label": t("picture", { caption: image.caption }),
    onclick: () => lightbox(images, place),
  }, h("img", { src: image.path, alt: "", loading: "lazy", decoding: "async" }), h("span", { class: "caption" }, image.caption)));
  return h("div", { class: images.length === 1 ? "pictures single" : "pictures" }, tiles);
}

/** A payment card; `.state(name)` shows it as live, paid or ended. */
export function payment(link) {
  // The shop's own clock, as in the words of the answer: the time stands in the text as it is.
  const until = link.expires_at.slice(11, 16);
  const badge = h("span", { class: "badge" });
  const pay = h("a", { class: "pay", href: safe(link.url), target: "_blank", rel: "noopener noreferrer" }, t("pay"));
  const note = h("span", { class: "note" });
  const card = h("section", { class: "payment", "aria-label": t("order", { id: link.order_id }) },
    h("div", { class: "payment-top" }, h("span", { class: "order" }, t("order", { id: link.order_id })), badge),
    h("div", { class: "amount" }, money(link.amount, link.currency)), pay, note);
  card.state = (state) => {
    card.dataset.state = state;
    badge.replaceChildren(...(state === "paid" ? [icon("check")] : []), t({ live: "due", paid: "paid", ended: "ended" }[state]));
    pay.hidden = state !== "live";
    note.textContent = state === "live" ? t("until", { time: until }) : "";
  };
  card.state(new Date(link.expires_at) > new Date() ? "live" : "ended");
  card.url = link.url;
  return card;
}

function safe(url) {
  try {
    return ["https:", "http:"].includes(new URL(url).protocol) ? url : "";
  } catch {
    return "";
  }
}

export function sources(citations, api, key) {
  if (!citations?.length) return null;
  const named = new Map();
  citations.forEach((citation, number) => {
    const title = citation.title || t("untitled");
    if (!named.has(title)) named.set(title, number);
  });
  const chips = [...named].map(([title, number]) => h("button", {
    type: "button", class: "source", "aria-label": t("source", { title }), "aria-haspopup": "dialog",
    onclick: () => sourceDialog(title, api.call(`api/passages?key=${encodeURIComponent(key)}&number=${number}`)),
  }, icon("source"), h("span", {}, title)));
  return h("div", { class: "sources" }, chips);
}

/** Buttons that answer for the customer, while there is something to answer. */
export function choices(names, press) {
  if (!names?.length) return null;
  const actions = {
    confirm: () => press({ kind: "press", text: "confirm", rest: "" }),
    cancel: () => press({ kind: "press", text: "say", rest: t("cancelWords") }),
  };
  return h("div", { class: "choices" }, names.filter((name) => actions[name]).map((name) => h("button", {
    type: "button", class: name === "confirm" ? "choice main" : "choice", onclick: actions[name],
  }, t(name))));
}

/** Thumbs; `.mark(name)` shows which was pressed. */
export function thumbs(turn, press) {
  if (!turn) return null;
  const buttons = ["helpful", "unhelpful"].map((name) => h("button", {
    type: "button", class: "thumb", "aria-label": t(name), title: t(name), "aria-pressed": "false",
    onclick: () => press({ kind: "press", text: name, rest: String(turn) }),
  }, icon(name === "helpful" ? "up" : "down")));
  const bar = h("div", { class: "thumbs" }, buttons, h("span", { class: "thanks", role: "status" }));
  bar.mark = (mark) => {
    buttons.forEach((button, place) => {
      button.setAttribute("aria-pressed", String(mark === ["helpful", "unhelpful"][place]));
    });
    bar.lastChild.textContent = mark ? t("thanks") : "";
    bar.classList.toggle("marked", Boolean(mark));
  };
  return bar;
}
