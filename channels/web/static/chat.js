// The chat page: puts its parts together.

import { Api } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { h, icon } from "./dom.js";
import { Frame } from "./frame.js";
import { LogView } from "./log.js";
import { Sending } from "./sending.js";
import { follow } from "./stream.js";
import { chooseLanguage, currentLanguage, setLanguage, t } from "./texts.js";

const face = JSON.parse(document.body.dataset.face);
const part = (id) => document.getElementById(id);
const OFFLINE_AFTER_MS = 2000;
const COMMANDS = new Set(["reset", "help"]);

const frame = new Frame();
const conversation = new Conversation();
const api = new Api(null, async () => { await load(); });
const sending = new Sending(api, conversation, () => draw());
const press = (message) => { sending.send(message); view.toBottom(); };
const view = new LogView(part("log"), face, api, {
  press, retry: (id) => sending.retry(id), discard: (id) => sending.discard(id),
});
const composer = new Composer(part("composer"), Number(document.body.dataset.maxText), (text) => {
  const command = text.startsWith("/") ? text.slice(1) : "";
  sending.send(COMMANDS.has(command) ? { kind: "command", text: command, rest: "" } : { kind: "text", text });
  view.toBottom();
});
let offline = null;
let trouble = "";

function draw() {
  view.show(conversation);
  part("starters").hidden = conversation.items.length > 0 || !face.starters.length;
  const { state } = conversation;
  const message = trouble || (["waiting", "taken_over"].includes(state) ? t(state) : "");
  part("banner").hidden = !message;
  part("banner").dataset.kind = trouble ? "trouble" : state;
  if (part("banner").textContent !== message) part("banner").textContent = message;
}

function say(message) {
  trouble = message;
  draw();
}

/** Everything there is to read so far. */
async function load() {
  const past = await api.call("api/history");
  conversation.clear();
  view.reset();
  for (const event of past.events) conversation.apply(event);
  Object.assign(conversation, { place: past.place, state: past.state });
  sending.takeUp();
  draw();
  view.toBottom();
  await checkPayments();
  if (api.identityRefused) say(t("signedOut"));
}

/** Whether the links shown can still be paid; asked at the start and when a notice comes. */
async function checkPayments() {
  await Promise.all(view.liveCards().map(async (card) => {
    const found = await api.call(`api/payments?url=${encodeURIComponent(card.url)}`).catch(() => null);
    if (found) card.state(found.state);
  }));
}

function heard(event) {
  const news = conversation.apply(event);
  draw();
  if (news && !frame.open) frame.tell("unread");
  if (event.type === "notice") checkPayments();
}

function connected(yes) {
  if (!yes) {
    offline ??= setTimeout(() => say(t("offline")), OFFLINE_AFTER_MS);
    return;
  }
  clearTimeout(offline);
  offline = null;
  if (trouble === t("offline") || trouble === t("broken")) say("");
}

function translate() {
  document.querySelectorAll("[data-text]").forEach((element) => { element.textContent = t(element.dataset.text); });
  document.querySelectorAll("[data-label]").forEach((element) => {
    element.setAttribute("aria-label", t(element.dataset.label));
    element.title = t(element.dataset.label);
  });
  composer.translate();
  view.reset();
  draw();
}

function dress() {
  part("person").prepend(icon("person"));
  part("anew").append(icon("anew"));
  part("close").append(icon("close"));
  part("below").prepend(icon("below"));
  composer.button.append(icon("send"));
  part("close").hidden = !frame.embedded;
  part("starters").append(...face.starters.map((text) => h("button", {
    type: "button", class: "choice", onclick: () => sending.send({ kind: "text", text }),
  }, text)));
  part("close").addEventListener("click", () => frame.tell("close"));
  part("person").addEventListener("click", () => press({ kind: "press", text: "person", rest: "" }));
  part("anew").addEventListener("click", () => press({ kind: "command", text: "reset", rest: "" }));
  part("language").addEventListener("click", () => {
    setLanguage(currentLanguage() === "zh" ? "en" : "zh", { remember: true });
    translate();
  });
  frame.onopened = () => { view.toBottom(); composer.focus(); };
  sending.refusedWith = (error) => {
    say(t(error.code === "too_many" ? "tooFast" : "broken"));
    setTimeout(() => { if (trouble !== t("offline")) say(""); }, 6000);
  };
  setInterval(() => {
    const { draft } = conversation;
    conversation.forgetOldDraft();
    if (draft !== conversation.draft) draw();
  }, 1000);
}

/** Begin, however long the server takes to be there. */
async function start() {
  api.identity = await frame.identity();
  chooseLanguage();
  translate();
  for (let pause = 500; ; pause = Math.min(pause * 2, 8000)) {
    try {
      await api.begin();
      await load();
      break;
    } catch {
      say(t("broken"));
      await new Promise((resolve) => { setTimeout(resolve, pause); });
    }
  }
  if (trouble === t("broken")) say("");
  sending.begun();
  document.body.dataset.ready = "yes";
  if (frame.open) composer.focus();
  await follow(api, { place: () => conversation.place, heard, connected });
}

chooseLanguage();
dress();
translate();
start();
