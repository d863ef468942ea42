// <script src="https://CHAT/widget.js" data-bot="NAME" data-identity="…" async></script>
// A button in the corner of a shop's page, and the chat in a frame of our own origin. The shop's
// styles do not reach in, and nothing of the shop's page is read.
(() => {
  const script = document.currentScript;
  const bot = script.dataset.bot;
  const page = new URL(`chat/${encodeURIComponent(bot)}/`, script.src);
  const NAME = "digital-human";
  const zh = (navigator.language || "en").toLowerCase().startsWith("zh");
  const words = zh
    ? { open: "打开客服对话", close: "关闭客服对话", title: "客服对话", unread: "有新消息" }
    : { open: "Open chat", close: "Close chat", title: "Chat", unread: "new messages" };
  const STYLE = `
    :host { all: initial; }
    .launcher { position: fixed; right: 24px; bottom: 24px; width: 56px; height: 56px; padding: 0; border: 0; border-radius: 50%;
      background: var(--accent, #1f6f5c); color: var(--on-accent, #fff); cursor: pointer; z-index: 2147483000; box-shadow: 0 6px 20px rgb(0 0 0 / .22); transition: transform .18s ease; }
    .launcher:hover { transform: translateY(-2px); }
    .launcher:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
    .launcher svg { width: 26px; height: 26px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
    .dot { position: absolute; top: 2px; right: 2px; width: 12px; height: 12px; border-radius: 50%; background: #e5484d; border: 2px solid #fff; }
    .panel { position: fixed; right: 24px; bottom: 96px; width: 400px; height: min(660px, calc(100dvh - 120px)); border-radius: 18px; overflow: hidden;
      background: Canvas; box-shadow: 0 12px 48px rgb(0 0 0 / .24), 0 0 0 1px rgb(0 0 0 / .06); z-index: 2147483001; animation: rise .2s ease-out; }
    .panel[hidden], .dot[hidden] { display: none; }
    iframe { width: 100%; height: 100%; border: 0; display: block; color-scheme: normal; }
    @keyframes rise { from { opacity: 0; transform: translateY(12px); } }
    @media (max-width: 520px) { .panel { inset: 0; width: 100%; height: 100dvh; border-radius: 0; } }
    @media (prefers-reduced-motion: reduce) { .panel { animation: none; } .launcher { transition: none; } }`;

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  root.innerHTML = `
    <link rel="stylesheet" href="${new URL("theme.css", page).href}">
    <button class="launcher" type="button" aria-haspopup="dialog" aria-expanded="false">
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M20 11.6c0 4-3.6 7.1-8 7.1-.9 0-1.8-.1-2.6-.4L4.8 20l1.300-3.6A6.8 6.8 0 0 1 4 11.6c0-4 3.6-7.1 8-7.1s8 3.1 8 7.1Z"/><path d="M9 11.6h.01M12 11.6h.01M15 11.6h.01"/></svg>
      <span class="dot" hidden></span>
    </button>
    <div class="panel" role="dialog" hidden></div>`;
  const [launcher, panel, dot] = [".launcher", ".panel", ".dot"].map((name) => root.querySelector(name));
  launcher.setAttribute("aria-label", words.open);
  panel.setAttribute("aria-label", words.title);
  let frame = null;

  let ready = false;
  const tell = (message) => { if (ready) frame.contentWindow.postMessage({ from: NAME, ...message }, page.origin); };

  function load() {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.title = words.title;
    frame.src = page.href;
    panel.append(frame);
  }

  function show(open) {
    load();
    panel.hidden = !open;
    dot.hidden = true;
    launcher.setAttribute("aria-expanded", String(open));
    launcher.setAttribute("aria-label", open ? words.close : words.open);
    tell({ type: open ? "opened" : "closed" });
    if (open) {
      frame.focus();
      keep("known", "yes");
    } else {
      launcher.focus();
    }
  }

  // A frame whose own storage is blocked keeps its session here. That there is something also
  // says that the visitor has talked to us before: he is told of an answer while the panel is shut.
  const KEYS = ["token", "unsent", "language", "known"];
  const place = `${NAME}:${bot}`;
  function kept() {
    try { return JSON.parse(localStorage.getItem(place)) ?? {}; } catch { return {}; }
  }
  function keep(key, value) {
    if (!KEYS.includes(key)) return;
    try { localStorage.setItem(place, JSON.stringify({ ...kept(), [key]: value })); } catch { /* not kept, then */ }
  }

  launcher.addEventListener("click", () => show(panel.hidden));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !panel.hidden) show(false); });
  window.addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== page.origin || event.data?.from !== NAME) return;
    if (event.data.type === "ready") {
      ready = true;
      tell({ type: "hello", identity: script.dataset.identity || "", open: !panel.hidden, kept: kept() });
    }
    if (event.data.type === "keep") keep(event.data.key, event.data.value);
    if (event.data.type === "close") show(false);
    if (event.data.type === "unread" && panel.hidden) {
      dot.hidden = false;
      launcher.setAttribute("aria-label", `${words.open} (${words.unread})`);
    }
  });

  function begin() {
    document.body.append(host);
    if (kept().known) load();
  }
  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin);
})();
