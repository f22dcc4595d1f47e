// All texts came with the page, in all languages: the language changes without a connection.

import { find, make } from "./dom.js";
import { kept, keep } from "./keeping.js";

export const texts = JSON.parse(find("texts").textContent);
const languages = Object.keys(texts.languages);
export let language = first();

function first() {
  const wanted = [kept("language"), ...(navigator.languages || [navigator.language])];
  const found = wanted.map((one) => String(one || "").slice(0, 2).toLowerCase()).find((one) => languages.includes(one));
  return found || texts.language;
}

export function speak(chosen) {
  if (!languages.includes(chosen)) return;
  language = chosen;
  keep("language", chosen);
}

const here = () => texts.in[language];
const textOf = (found) => (Array.isArray(found) ? found[0] : found);
const languageOf = (found) => (Array.isArray(found) ? found[1] : null);

// A phrase as plain text, its places in braces filled in.
export function phrase(key, values = {}) {
  const found = textOf(here().phrases[key] || key);
  return found.replace(/\{(\w+)\}/g, (place, name) => (name in values ? values[name] : place));
}

// An element that says a phrase, in the language that the phrase is in.
export function said(tag, key, values = {}, attributes = {}) {
  return make(tag, { lang: languageOf(here().phrases[key]), ...attributes }, phrase(key, values));
}

// An element that says one of the model's texts.
export function told(tag, text, attributes = {}) {
  return make(tag, { lang: languageOf(text), ...attributes }, textOf(text));
}

export const dimension = (code) => here().model[code];
export const nameOf = (code) => textOf(here().model[code].name);
export const choices = (kind) => here()[kind].map(([stored, shown]) => [stored, textOf(shown), languageOf(shown)]);
export const number = (value) => new Intl.NumberFormat(language).format(value);
