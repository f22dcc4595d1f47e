// Small tools for making pages: text is only ever set as text.

function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, style] of Object.entries(value)) node.style.setProperty(key, style);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(3)) {
    if (child === undefined || child === null || child === false || child === "") continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

// A drawing that Python made, as nodes; nothing in it can run.
function picture(markup, name) {
  const frame = h("div", { class: `picture ${name}` });
  if (!markup) return frame;
  const named = markup.includes("xmlns=") ? markup : markup.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ');
  const parsed = new DOMParser().parseFromString(named, "image/svg+xml").documentElement;
  if (parsed.nodeName !== "svg") return frame;
  for (const node of [parsed, ...parsed.querySelectorAll("*")]) {
    for (const { name: attribute } of [...node.attributes]) if (/^on/i.test(attribute)) node.removeAttribute(attribute);
    if (/^(script|foreignObject)$/i.test(node.localName)) node.remove();
  }
  parsed.removeAttribute("style");
  parsed.setAttribute("preserveAspectRatio", "xMinYMin meet");
  frame.append(document.importNode(parsed, true));
  return frame;
}

function count(n, noun, nouns) {
  return `${n} ${n === 1 ? noun : nouns || noun + "s"}`;
}

function clock(seconds) {
  const left = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

function isTyping(target) {
  return Boolean(target && target.closest && target.closest("input, textarea, select, [contenteditable]"));
}

const placed = new WeakMap();

// What is inside changes only where its content does, so that focus and scroll stay.
function place(parent, signature, make) {
  if (placed.get(parent) === signature) return false;
  const focused = parent.contains(document.activeElement) && document.activeElement.dataset.id;
  placed.set(parent, signature);
  parent.replaceChildren(...[make()].flat());
  if (focused) parent.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  return true;
}
