// The conversation on the screen. Each item is built once and brought up to date in place, so
// that a screen reader says it once and a picture does not flicker.

import { choices, payment, pictures, sources, thumbs } from "./cards.js";
import { h, icon } from "./dom.js";
import { dayTime, t } from "./texts.js";

const GAP_MS = 5 * 60_000;
const NEAR_BOTTOM = 90;

export class LogView {
  /** `acts`: press(message), retry(id), discard(id). */
  constructor(element, face, api, acts) {
    Object.assign(this, { element, face, api, acts });
    this.rows = new Map();
    this.below = document.getElementById("below");
    this.below.addEventListener("click", () => this.toBottom());
    element.addEventListener("scroll", () => {
      this.stuck = this.#isNear();
      if (this.stuck) this.below.hidden = true;
    });
    // A growing text box or a phone's keyboard leaves less room: the end stays in view.
    new ResizeObserver(() => { if (this.stuck) this.toBottom(); }).observe(element);
    // Pictures grow the log after it was scrolled.
    element.addEventListener("load", () => { if (this.stuck) this.toBottom(); }, true);
  }

  /** Forget every row, to build it in another language or for another chat. */
  reset() {
    this.rows.clear();
    this.element.replaceChildren();
  }

  toBottom() {
    this.element.scrollTop = this.element.scrollHeight;
    this.below.hidden = true;
    this.stuck = true;
  }

  show(conversation) {
    const near = this.#isNear();
    const before = this.element.scrollHeight;
    const rows = [this.#row("greeting", () => this.#greeting())];
    let last = null;
    for (const item of conversation.items) {
      const at = new Date(item.at);
      if (!last || at - last > GAP_MS) rows.push(this.#row(`time ${item.key}`, () => timeRow(at)));
      rows.push(this.#item(item, conversation));
      last = at;
    }
    rows.push(this.#draft(conversation.draft));
    this.#place(rows);
    this.stuck = near;
    if (near) this.toBottom();
    else if (this.element.scrollHeight > before) this.below.hidden = false;
  }

  #item(item, conversation) {
    const build = item.type === "message" ? () => this.#mine(item) : () => this.#theirs(item);
    const row = this.#row(item.key, build);
    row.update?.(item, conversation);
    return row;
  }

  #row(key, build) {
    if (!this.rows.has(key)) this.rows.set(key, build());
    return this.rows.get(key);
  }

  /** The rows in this order; what is in its place already is not touched. */
  #place(rows) {
    const wanted = new Set(rows);
    for (const [key, row] of this.rows) {
      if (!wanted.has(row)) {
        row.remove();
        this.rows.delete(key);
      }
    }
    rows.forEach((row, place) => {
      if (this.element.children[place] !== row) this.element.insertBefore(row, this.element.children[place] ?? null);
    });
  }

  #greeting() {
    return theirRow(this.face, [h("div", { class: "bubble" }, this.face.greeting)]);
  }

  #mine(item) {
    if (item.kind === "command") return h("div", { class: "divider" }, h("span", {}, item.text === "reset" ? t("newTalk") : t("help")));
    const status = h("div", { class: "status", role: "status" });
    const row = h("div", { class: "row mine" }, h("div", { class: "bubble" }, wordsOf(item)), status);
    row.update = (now) => {
      row.dataset.status = now.status;
      if (status.dataset.status === now.status) return;
      status.dataset.status = now.status;
      status.replaceChildren(...this.#status(now));
    };
    return row;
  }

  #status(item) {
    if (item.status === "sending") return [t("sending")];
    if (item.status !== "failed") return [];
    return [
      h("span", {}, t("failed")),
      h("button", { type: "button", class: "link", onclick: () => this.acts.retry(item.key) }, t("retry")),
      h("button", { type: "button", class: "link", onclick: () => this.acts.discard(item.key) }, t("discard")),
    ];
  }

  #theirs(item) {
    const who = item.author === "operator" ? t("operator") : item.type === "notice" ? t("notice") : null;
    const [buttons, thumb] = [choices(item.buttons, this.acts.press), thumbs(item.type === "reply" && item.turn, this.acts.press)];
    const card = item.payment ? payment(item.payment) : null;
    const row = theirRow(this.face, [
      who ? h("div", { class: "who" }, who) : null,
      item.text ? h("div", { class: "bubble" }, item.text) : null,
      pictures(item.images), card, buttons, h("div", { class: "below-answer" }, sources(item.citations, this.api, item.key), thumb),
    ]);
    row.card = card;
    row.update = (_, conversation) => {
      if (buttons) buttons.hidden = conversation.items.findLast((one) => one.type !== "notice" || one.buttons?.length)?.key !== item.key;
      thumb?.mark(conversation.marks.get(String(item.turn)));
    };
    return row;
  }

  /** The answer as far as it was spoken; the whole one is read out when it comes, so this is not. */
  #draft(draft) {
    const row = this.#row("draft", () => theirRow(this.face, [h("div", { class: "bubble" })]));
    row.setAttribute("aria-hidden", "true");
    row.hidden = !draft;
    const bubble = row.querySelector(".bubble");
    const state = !draft ? "" : draft.text ? `text ${draft.text}` : "typing";
    if (row.dataset.state !== state) {
      row.dataset.state = state;
      bubble.replaceChildren(draft?.text || dots());
      bubble.classList.toggle("speaking", Boolean(draft?.text));
    }
    return row;
  }

  /** The cards whose payment may have changed. */
  liveCards() {
    return [...this.rows.values()].map((row) => row.card).filter((card) => card && card.dataset.state !== "paid");
  }

  #isNear() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM;
  }
}

function theirRow(face, parts) {
  return h("div", { class: "row theirs" }, h("span", { class: "avatar", "aria-hidden": "true" }, face.initial), h("div", { class: "stack" }, parts));
}

function timeRow(at) {
  return h("div", { class: "time" }, h("time", { dateTime: at.toISOString() }, dayTime(at)));
}

function dots() {
  return h("span", { class: "dots" }, h("i"), h("i"), h("i"));
}

function wordsOf(item) {
  if (item.kind !== "press") return item.text;
  return item.text === "say" ? item.rest : t(item.text === "confirm" ? "confirm" : "person");
}
