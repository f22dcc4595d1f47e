// The form for one dimension: tapping a level saves it; the rest may come before or after.

import { find, make, say } from "./dom.js";
import { draft, isUnsent, ratingOf, wasSent, write } from "./drafts.js";
import { send } from "./sending.js";
import { dimension, phrase, said, texts, told } from "./words.js";

const MOST = 2000;
const PAUSE = 1500; // after the last letter
let place = null;
let clock = null;
let changed = () => {};
let isOpen = false;

export function form(here, onChange) {
  clearTimeout(clock);
  place = here;
  isOpen = true;
  changed = onChange;
  const values = draft(place).values;
  const made = make("form", { submit: (event) => event.preventDefault(), novalidate: true, autocomplete: "off" });
  made.append(levels(values, false), confidences(values, false), justification(values));
  return made;
}

// What the server has, to be seen and not changed.
export function lockedForm(here) {
  clearTimeout(clock);
  place = here;
  isOpen = false;
  const values = draft(place).kept;
  const why = values.justification;
  return make(
    "form",
    {},
    levels(values, true),
    values.confidence && confidences(values, true),
    why && make("div", { class: "justification" }, said("p", "your_reason"), make("blockquote", {}, why)),
  );
}

function levels(values, isLocked) {
  const rows = dimension(place.dimension).levels.map(([level, text]) =>
    row("level", level, values.choice, [make("span", { class: "number" }, String(level)), told("span", text, { class: "meaning" })]),
  );
  const cannot = row("level", "none", values.choice, [said("span", "cannot_rate", {}, { class: "meaning" })]);
  cannot.classList.add("cannot");
  const legend = said("legend", "which_level", { region: texts.region });
  const set = make("fieldset", { class: "levels", disabled: isLocked }, legend, ...rows, cannot);
  set.addEventListener("change", save);
  return set;
}

function confidences(values, isLocked) {
  const rows = ["low", "medium", "high", ""].map((one) =>
    row("confidence", one, values.confidence, [said("span", `confidence_${one}`)]),
  );
  const set = make("fieldset", { class: "confidences", disabled: isLocked }, said("legend", "confidence"), ...rows);
  set.addEventListener("change", save);
  return set;
}

// A radio button whose whole row can be tapped.
function row(name, value, chosen, children) {
  const button = make("input", { type: "radio", name, value, checked: String(value) === chosen });
  return make("label", { class: "row" }, button, ...children);
}

function justification(values) {
  const area = make("textarea", {
    id: "justification", name: "justification", rows: 4, maxlength: MOST,
    "aria-describedby": "justification-seen justification-left",
    input: typed, change: save,
  });
  area.value = values.justification;
  return make(
    "div",
    { class: "justification" },
    said("label", "justification", {}, { for: "justification" }),
    said("p", "justification_seen", {}, { class: "hint", id: "justification-seen" }),
    area,
    make("p", { class: "hint", id: "justification-left" }, left(area.value)),
  );
}

const left = (text) => phrase("characters_left", { left: String(MOST - text.length) });

function values() {
  const of = (name) => document.querySelector(`input[name=${name}]:checked`)?.value ?? "";
  const area = find("justification");
  return { choice: of("level"), confidence: of("confidence"), justification: area ? area.value : "" };
}

function typed() {
  say(find("justification-left"), left(find("justification").value));
  write(place, values());
  clearTimeout(clock);
  clock = setTimeout(save, PAUSE);
  changed();
}

// Keep what stands in the form on this phone, and hand it in if a level is chosen and it is not on its way already.
function save() {
  write(place, values());
  hurry();
  changed();
}

// Hand in what was typed without waiting for a pause.
export function hurry() {
  clearTimeout(clock);
  if (isOpen && find("justification")) sendUnsent(place);
}

// Whether another page of this phone, or the server, has changed what the form shows.
export function isStale() {
  const shown = document.querySelector("fieldset.levels");
  if (!shown) return false;
  const { values: written, kept } = draft(place);
  const right = isOpen ? written : kept;
  return right.choice !== values().choice || (isOpen && right.justification !== values().justification);
}

export function sendUnsent(where) {
  const { choice, confidence, justification: why } = draft(where).values;
  if (choice === "" || !isUnsent(where)) return;
  const one = send({ ...where, rating: ratingOf(choice), confidence, justification: why });
  wasSent(where, one.made);
}
