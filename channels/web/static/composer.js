// Where the customer writes. Enter sends, Shift+Enter breaks the line, and an Enter that only
// picks a word of an input method does neither.

import { t } from "./texts.js";

const SHOW_COUNT_FROM = 0.8;

export class Composer {
  /** `send(text)` is told of what was written. */
  constructor(form, limit, send) {
    this.form = form;
    this.limit = limit;
    this.send = send;
    this.box = form.querySelector("textarea");
    this.button = form.querySelector("button.send");
    this.count = form.querySelector(".count");
    form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.box.addEventListener("input", () => this.#grown());
    this.box.addEventListener("keydown", (event) => this.#key(event));
    this.#grown();
  }

  translate() {
    this.box.placeholder = t("placeholder");
    this.box.setAttribute("aria-label", t("composer"));
    this.button.setAttribute("aria-label", t("send"));
  }

  focus() {
    this.box.focus({ preventScroll: true });
  }

  submit() {
    const text = this.box.value.trim();
    if (!text || this.#length() > this.limit) return;
    this.box.value = "";
    this.#grown();
    this.send(text);
  }

  #key(event) {
    // Safari ends the composition before this event; 229 is how it says so.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.submit();
    }
  }

  #length() {
    return [...this.box.value.trim()].length;
  }

  #grown() {
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
    const length = this.#length();
    this.button.disabled = !length || length > this.limit;
    this.count.hidden = length < this.limit * SHOW_COUNT_FROM;
    this.count.textContent = `${length} / ${this.limit}`;
    this.count.classList.toggle("over", length > this.limit);
  }
}
