// Every word the page says by itself, in both languages, and how times and amounts are written.

import { keep, kept } from "./kept.js";

const TEXTS = {
  zh: {
    role: "智能客服", placeholder: "输入消息…", send: "发送", log: "对话", composer: "写消息",
    person: "转人工", anew: "新对话", language: "Switch to English", languageShort: "EN", close: "关闭",
    typing: "正在输入", sending: "发送中…", failed: "发送失败", retry: "重新发送", discard: "删除",
    offline: "网络已断开，正在重新连接…", waiting: "已为您呼叫人工客服，请稍候。", taken_over: "人工客服正在为您服务。",
    signedOut: "登录信息已失效，请刷新商店页面。", tooFast: "发送得太快了，请稍等片刻。", tooLong: "超出字数限制",
    broken: "暂时无法连接客服，请稍后重试。",
    pay: "去支付", due: "待支付", paid: "已支付", ended: "链接已失效", until: "{time} 前有效", order: "订单 {id}",
    confirm: "确认下单", cancel: "暂不购买", cancelWords: "取消", helpful: "有帮助", unhelpful: "没有帮助", thanks: "感谢您的反馈",
    untitled: "商家资料", source: "查看依据：{title}", sourceHeading: "答案依据", notFound: "原文已更新，以下是当时引用的内容。",
    picture: "查看大图：{caption}", previous: "上一张", next: "下一张", of: "{n} / {all}",
    newBelow: "有新消息", newTalk: "以下是新的对话", today: "今天", yesterday: "昨天", notice: "通知", operator: "人工客服",
    help: "帮助", starters: "您可以这样问", footer: "由智能客服回答，重要信息请以商家确认为准",
  },
  en: {
    role: "Assistant", placeholder: "Write a message…", send: "Send", log: "Conversation", composer: "Write a message",
    person: "Talk to a person", anew: "New conversation", language: "切换到中文", languageShort: "中", close: "Close",
    typing: "typing", sending: "Sending…", failed: "Not sent", retry: "Try again", discard: "Delete",
    offline: "Connection lost. Reconnecting…", waiting: "A colleague has been asked for and will be with you soon.",
    taken_over: "You are talking to a person now.",
    signedOut: "Your sign-in has lapsed. Please reload the shop's page.", tooFast: "That was quick. Please wait a moment.", tooLong: "Too long",
    broken: "The chat cannot be reached at the moment. Please try again later.",
    pay: "Pay now", due: "To pay", paid: "Paid", ended: "Link has lapsed", until: "valid until {time}", order: "Order {id}",
    confirm: "Confirm order", cancel: "Not now", cancelWords: "cancel", helpful: "Helpful", unhelpful: "Not helpful", thanks: "Thank you",
    untitled: "Shop information", source: "Show source: {title}", sourceHeading: "Where this comes from", notFound: "The text has changed since; this is what was quoted.",
    picture: "Enlarge: {caption}", previous: "Previous", next: "Next", of: "{n} of {all}",
    newBelow: "New messages", newTalk: "A new conversation begins here", today: "Today", yesterday: "Yesterday", notice: "Notice", operator: "Staff",
    help: "Help", starters: "You could ask", footer: "AI answers; please check what matters with the shop",
  },
};
const LOCALES = { zh: "zh-CN", en: "en" };
let language = "zh";

/** The language chosen before, else that of the browser. */
export function chooseLanguage() {
  const wanted = kept("language") ?? (navigator.languages ?? [navigator.language])[0] ?? "en";
  setLanguage(wanted.toLowerCase().startsWith("zh") ? "zh" : "en");
}

export function setLanguage(name, { remember = false } = {}) {
  language = name;
  document.documentElement.lang = LOCALES[name];
  if (remember) keep("language", name);
}

export const currentLanguage = () => language;

/** A text with its {gaps} filled. */
export function t(name, values = {}) {
  return TEXTS[language][name].replace(/\{(\w+)\}/g, (_, gap) => values[gap] ?? "");
}

function clockTime(at) {
  return new Intl.DateTimeFormat(LOCALES[language], { hour: "2-digit", minute: "2-digit", hour12: false }).format(at);
}

/** Today 11:58, Yesterday 09:12, or the date. */
export function dayTime(at, now = new Date()) {
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days === 0) return `${t("today")} ${clockTime(at)}`;
  if (days === 1) return `${t("yesterday")} ${clockTime(at)}`;
  return new Intl.DateTimeFormat(LOCALES[language], {
    month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false,
  }).format(at);
}

function midnight(at) {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

/** An amount as the customer reads it; the string has been decided by the shop. */
export function money(amount, currency) {
  try {
    const currencyDisplay = currency === "CNY" ? "narrowSymbol" : "symbol";
    return new Intl.NumberFormat(LOCALES[language], { style: "currency", currency, currencyDisplay }).format(Number(amount));
  } catch {
    return `${amount} ${currency}`;
  }
}
