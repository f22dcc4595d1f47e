// Elements made by hand: what people typed only ever becomes text.

export const find = (id) => document.getElementById(id);

// make("p", {class: "place"}, "text", other): attributes as they are written; true sets one without a value.
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

// A region that a screen reader listens to is only touched when it says something else.
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
