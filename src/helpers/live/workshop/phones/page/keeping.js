// What this phone keeps for itself until the server has it; in memory where the browser keeps nothing.

const folder = location.pathname;
const memory = new Map();

export function kept(name, otherwise = null) {
  try {
    const found = localStorage.getItem(folder + name);
    if (found !== null) return JSON.parse(found);
  } catch {
    // no storage, or not ours: what is in memory counts
  }
  return memory.has(name) ? memory.get(name) : otherwise;
}

export function keep(name, value) {
  memory.set(name, value);
  try {
    localStorage.setItem(folder + name, JSON.stringify(value));
  } catch {
    // full or forbidden: it lasts as long as the page
  }
}

export function drop(name) {
  memory.delete(name);
  try {
    localStorage.removeItem(folder + name);
  } catch {
    // nothing was kept there
  }
}

// Something that nobody guesses, in the letters that the server takes.
export function mark() {
  return [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
