// Talking to the server: one session, renewed when it lapses, and two kinds of failure.

import { keep, kept } from "./kept.js";

/** The server could not be reached, or is not well: the same request may be tried again. */
export class Unreachable extends Error {}

/** The server said no; trying again does not help. */
export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export class Api {
  /** `renewed` is called when the session turned out to be another than before. */
  constructor(identity, renewed) {
    this.identity = identity;
    this.renewed = renewed;
    this.identityRefused = false;
    this.token = "";
    this.beginning = null;
  }

  /** Begin a session or go on with the one that was kept; at most one such request at a time. */
  begin() {
    this.beginning ??= this.#begin().finally(() => { this.beginning = null; });
    return this.beginning;
  }

  async #begin() {
    const identity = this.identityRefused ? null : this.identity;
    try {
      // One tab at a time, so that two opened at once get the same chat.
      await alone(async () => {
        const before = kept("token");
        const begun = await this.#fetch("api/session", { body: { token: before, identity } });
        this.token = begun.token;
        keep("token", begun.token);
        // What somebody else did not get sent is not for this visitor's eyes.
        if (before && !begun.resumed) keep("unsent", "[]");
      });
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401 || !identity) throw error;
      this.identityRefused = true;
      await this.#begin();
    }
  }

  /** A JSON answer; a lapsed session is renewed once on the way. */
  async call(path, options = {}) {
    return this.#again(() => this.#fetch(path, options));
  }

  /** A response that is still being written. */
  async open(path, signal) {
    return this.#again(() => this.#response(path, { signal }));
  }

  async #again(request) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "no_session") throw error;
      await this.begin();
      await this.renewed();
      return request();
    }
  }

  async #fetch(path, options) {
    const response = await this.#response(path, options);
    return response.json().catch(() => { throw new Unreachable("cut off"); });
  }

  async #response(path, { body, signal = AbortSignal.timeout(15_000) }) {
    const headers = { Authorization: `Bearer ${this.token}` };
    if (body) headers["Content-Type"] = "application/json";
    const request = { method: body ? "POST" : "GET", headers, signal, cache: "no-store" };
    if (body) request.body = JSON.stringify(body);
    const response = await fetch(path, request).catch((error) => { throw new Unreachable(error.message); });
    if (response.ok) return response;
    const { detail } = await response.json().catch(() => ({}));
    if (response.status >= 500) throw new Unreachable(`status ${response.status}`);
    throw new Refused(response.status, detail?.code ?? "refused", detail?.message ?? "");
  }
}

function alone(work) {
  let begun = false;
  const first = () => { begun = true; return work(); };
  if (!navigator.locks) return work();
  // A frame without storage may not lock either.
  return navigator.locks.request("digital-human-session", first).catch((error) => {
    if (begun) throw error;
    return work();
  });
}
