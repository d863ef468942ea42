// Small things kept between visits, where the browser allows it; else for as long as the page lives.

const memory = new Map();
const name = (key) => `digital-human:${document.body.dataset.bot}:${key}`;

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
    // Blocked or full: the memory has it.
  }
}
