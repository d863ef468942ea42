// Events as they happen: server-sent events by fetch (they need our header), resumed for ever.

const SILENCE_MS = 40_000;
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 8_000;

/** Follow from `place()` on. `heard` gets each event, `connected` true and false. */
export async function follow(api, { place, heard, connected }) {
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    const cut = new AbortController();
    try {
      const response = await api.open(`api/events?after=${encodeURIComponent(place())}`, cut.signal);
      connected(true);
      pause = FIRST_PAUSE_MS;
      for await (const event of eventsOf(response, cut)) heard(event);
    } catch {
      // Lost or refused; either way it is tried again after a pause.
    }
    cut.abort();
    connected(false);
    await paused(pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

async function* eventsOf(response, cut) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const silence = setTimeout(() => cut.abort(), SILENCE_MS);
    const { value, done } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const data = block.split("\n").filter((line) => line.startsWith("data: "));
      if (data.length) yield JSON.parse(data.map((line) => line.slice(6)).join("\n"));
    }
  }
}

/** Some time, or until the network is back or somebody looks at the page again. */
function paused(milliseconds) {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      window.removeEventListener("online", over);
      document.removeEventListener("visibilitychange", over);
      resolve();
    };
    const timer = setTimeout(over, milliseconds * (0.7 + Math.random() * 0.6));
    window.addEventListener("online", over);
    document.addEventListener("visibilitychange", over);
  });
}
