// Small things kept between visits: in the browser's storage; where a frame may not have any, with
// the widget on the shop's page; else for as long as the page lives.

const memory = new Map();
const name = (key) => `digital-human:${document.body.dataset.bot}:${key}`;
let outside = () => {};

export function kept(key) {
  try {
    return localStorage.getItem(name(key)) ?? memory.get(key) ?? null;
  } catch {
    return memory.get(key) ?? null;
  }
}

export function keep(key, value) {
  memory.set(key, value);
  try {
    localStorage.setItem(name(key), value);
  } catch {
    outside(key, value);
  }
}

/** What was kept with the widget, and how to keep more there. */
export function keptOutside(values, store) {
  for (const [key, value] of Object.entries(values)) memory.set(key, String(value));
  outside = store;
}
