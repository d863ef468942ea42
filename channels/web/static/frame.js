// Talking to the widget on the shop's page, when the chat runs in its frame.

import { keptOutside } from "./kept.js";

const NAME = "digital-human";
const PATIENCE_MS = 1500;

export class Frame {
  constructor() {
    this.embedded = window.parent !== window;
    this.open = true;
    this.onopened = () => {};
    this.onidentity = () => {};
    if (!this.embedded) return;
    document.documentElement.classList.add("embedded");
    window.addEventListener("message", (event) => this.#heard(event));
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  /** The identity that the shop's page vouches for: from the widget, or from the address. */
  async identity() {
    const found = new URLSearchParams(location.hash.slice(1)).get("identity");
    if (found) history.replaceState(null, "", location.pathname);
    if (found || !this.embedded) return found;
    const told = new Promise((resolve) => { this.onidentity = resolve; });
    this.tell("ready");
    const tired = new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS, null); });
    return Promise.race([told, tired]);
  }

  /** Only the sites that may frame us get to hear this: the browser lets no other. */
  tell(type, more = {}) {
    // What comes from now on was not seen, though the widget has not closed the panel yet.
    if (type === "close") this.open = false;
    if (this.embedded) window.parent.postMessage({ from: NAME, type, ...more }, "*");
  }

  #heard(event) {
    if (event.source !== window.parent || event.data?.from !== NAME) return;
    if (event.data.type === "hello") {
      this.open = event.data.open === true;
      keptOutside(event.data.kept ?? {}, (key, value) => this.tell("keep", { key, value }));
      this.onidentity(event.data.identity || null);
    }
    if (event.data.type === "opened") {
      this.open = true;
      this.onopened();
    }
    if (event.data.type === "closed") this.open = false;
  }

  /** Escape closes the panel; Tab stays within it, as it covers a phone's whole screen. */
  #key(event) {
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && !event.isComposing) this.tell("close");
    if (event.key !== "Tab") return;
    const stops = [...document.querySelectorAll("button, a[href], textarea, [tabindex='0']")]
      .filter((stop) => !stop.disabled && stop.offsetParent !== null);
    const [edge, other] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (document.activeElement === edge) {
      event.preventDefault();
      other.focus();
    }
  }
}
