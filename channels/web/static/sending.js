// Getting a message to the server: what failed is kept, also over a reload, until it is sent or
// deleted. The id is made once, so that however often it is tried, it arrives once.

import { Refused } from "./api.js";
import { keep, kept } from "./kept.js";
import { currentLanguage } from "./texts.js";

const TRIES = 3;

export class Sending {
  constructor(api, conversation, changed) {
    this.api = api;
    this.conversation = conversation;
    this.changed = changed;
    this.refusedWith = () => {};
    this.underway = new Set();
    // Whoever types before the session has begun is only made to wait.
    this.ready = new Promise((resolve) => { this.begun = resolve; });
  }

  /** Send something new: {kind, text, rest}. */
  async send(message) {
    const whole = { id: newId(), ...message };
    this.conversation.add(whole);
    this.#keep([...unsent(), whole]);
    this.changed();
    await this.#try(whole);
  }

  /** Send what failed once more. */
  async retry(id) {
    const message = unsent().find((one) => one.id === id);
    if (!message) return;
    this.conversation.setStatus(id, "sending");
    this.changed();
    await this.#try(message);
  }

  discard(id) {
    this.#keep(unsent().filter((one) => one.id !== id));
    this.conversation.remove(id);
    this.changed();
  }

  /** After a reload: what the server has is done with, the rest is shown as failed. */
  takeUp() {
    const arrived = new Set(this.conversation.items.map((item) => item.key));
    this.#keep(unsent().filter((one) => !arrived.has(one.id)));
    for (const message of unsent()) {
      this.conversation.add(message, this.underway.has(message.id) ? "sending" : "failed");
    }
  }

  async #try(message) {
    this.underway.add(message.id);
    await this.ready;
    for (let go = 1; ; go += 1) {
      try {
        await this.api.call("api/messages", { body: { ...message, language: currentLanguage() } });
        this.#keep(unsent().filter((one) => one.id !== message.id));
        this.conversation.setStatus(message.id, "arrived");
        break;
      } catch (error) {
        if (error instanceof Refused) this.refusedWith(error);
        if (error instanceof Refused || go === TRIES || !navigator.onLine) {
          this.conversation.setStatus(message.id, "failed");
          break;
        }
        await new Promise((resolve) => { setTimeout(resolve, 500 * go); });
      }
    }
    this.underway.delete(message.id);
    this.changed();
  }

  #keep(messages) {
    keep("unsent", JSON.stringify(messages));
  }
}

function unsent() {
  try {
    return JSON.parse(kept("unsent") ?? "[]");
  } catch {
    return [];
  }
}

/** A UUID; `crypto.randomUUID` itself is missing on plain http pages. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
