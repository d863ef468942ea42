// What the page knows of the chat. Whatever order events come in and however often, it comes out
// the same: stored events have a key, and what is sent from here has the same key before and after.

const DRAFT_LIFE_MS = 10_000;
const FEEDBACK = new Set(["helpful", "unhelpful"]);

export class Conversation {
  constructor() {
    this.clear();
  }

  clear() {
    this.items = [];
    this.marks = new Map();
    this.place = "0-0";
    this.state = "bot";
    this.draft = null;
  }

  /** Take up one event; true if it is a reply or notice that was not known. */
  apply(event, now = Date.now()) {
    if (event.place) this.place = further(this.place, event.place);
    switch (event.type) {
      case "message":
        return this.#message(event);
      case "reply":
      case "notice":
        return this.#told(event);
      case "typing":
      case "sentence":
        if (this.#awaitsReply()) this.draft = { text: event.text ?? "", at: now };
        return false;
      case "state":
        this.state = event.state;
        return false;
      default:
        return false;
    }
  }

  /** Something sent from this page, until the server tells of it. */
  add(message, status = "sending") {
    if (!FEEDBACK.has(message.text)) {
      this.items.push({ type: "message", key: message.id, status, at: new Date().toISOString(), ...message });
    } else {
      this.marks.set(message.rest, message.text);
    }
  }

  setStatus(key, status) {
    const item = this.items.find((one) => one.key === key);
    if (item && item.status !== "sent") item.status = status;
  }

  remove(key) {
    this.items = this.items.filter((item) => item.key !== key);
  }

  /** A turn that has shown no sign of life for so long is not shown as running. */
  forgetOldDraft(now = Date.now()) {
    if (this.draft && now - this.draft.at > DRAFT_LIFE_MS) this.draft = null;
  }

  #message(event) {
    if (event.kind === "press" && FEEDBACK.has(event.text)) {
      this.marks.set(event.rest, event.text);
      return false;
    }
    const known = this.items.findIndex((item) => item.key === event.key);
    if (known >= 0 && this.items[known].status === "sent") return false;
    if (known >= 0) this.items.splice(known, 1);
    this.#insert({ ...event, status: "sent" });
    return false;
  }

  #told(event) {
    // Turn 0 is a word in between, such as that it takes a while: the turn goes on.
    if (event.type === "reply" && event.turn) this.draft = null;
    if (this.items.some((item) => item.key === event.key)) return false;
    this.#insert({ ...event, status: "sent" });
    return true;
  }

  /** Stored items come before those that are still on their way. */
  #insert(item) {
    const firstUnsent = this.items.findIndex((one) => one.status !== "sent");
    this.items.splice(firstUnsent < 0 ? this.items.length : firstUnsent, 0, item);
  }

  #awaitsReply() {
    const last = this.items.findLast((item) => item.type === "message" || (item.type === "reply" && item.turn));
    return !last || last.type === "message";
  }
}

function further(one, other) {
  const [a, b] = [one, other].map((place) => place.split("-").map(Number));
  return `${Math.max(a[0], b[0])}-${Math.max(a[1], b[1])}`;
}
