// The form for one dimension: tapping a level saves it; the rest may come before or after.

import { find, make, say } from "./dom.js";
import { draft, isUnsent, ratingOf, unsentReason, wasSent, write } from "./drafts.js";
import { send } from "./sending.js";
import { dimension, phrase, said, texts, told } from "./words.js";

const MOST = 2000;
const PAUSE = 1500; // after the last letter
// The form on the page: its place, its element, whether it takes answers, and whom to tell. Each form knows its own, and
// one that was replaced hands nothing in any more: a field that is taken away while somebody types says "change" once more.
let current = null;
let clock = null;

const placeOf = ({ dimension, round }) => ({ dimension, round });

export function form(here, changed) {
  const place = placeOf(here);
  const { values } = draft(place);
  const element = make("form", { submit: (event) => event.preventDefault(), novalidate: true, autocomplete: "off" });
  const one = { place, element, isOpen: true, changed };
  element.append(levels(place, values, false), confidences(values, false), justification(values));
  element.addEventListener("input", (event) => event.target.id === "justification" && typed(one));
  element.addEventListener("change", () => save(one));
  current = one;
  return element;
}

// What the server has, to be seen and not changed.
export function lockedForm(here) {
  const place = placeOf(here);
  const values = draft(place).kept;
  const why = values.justification;
  const element = make(
    "form",
    {},
    levels(place, values, true),
    values.confidence && confidences(values, true),
    why && make("div", { class: "justification" }, said("p", "your_reason"), make("blockquote", {}, why)),
  );
  current = { place, element, isOpen: false, changed() {} };
  return element;
}

// The page is about to show something else: what was typed stays in its own draft, and is handed in if it is still asked
// for. Returns its place if it is not, and something typed was never handed in.
export function leave(isAskedFor) {
  clearTimeout(clock);
  if (!current) return null;
  const { place, isOpen } = current;
  current = null;
  if (!isOpen) return null;
  if (isAskedFor(place)) sendUnsent(place);
  else if (unsentReason(place)) return place;
  return null;
}

function levels(place, values, isLocked) {
  const rows = dimension(place.dimension).levels.map(([level, text]) =>
    row("level", level, values.choice, [make("span", { class: "number" }, String(level)), told("span", text, { class: "meaning" })]),
  );
  const cannot = row("level", "none", values.choice, [said("span", "cannot_rate", {}, { class: "meaning" })]);
  cannot.classList.add("cannot");
  const legend = said("legend", "which_level", { region: texts.region });
  return make("fieldset", { class: "levels", disabled: isLocked }, legend, ...rows, cannot);
}

function confidences(values, isLocked) {
  const rows = ["low", "medium", "high", ""].map((one) =>
    row("confidence", one, values.confidence, [said("span", `confidence_${one}`)]),
  );
  return make("fieldset", { class: "confidences", disabled: isLocked }, said("legend", "confidence"), ...rows);
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

function valuesIn(element) {
  const of = (name) => element.querySelector(`input[name=${name}]:checked`)?.value ?? "";
  const area = element.querySelector("textarea");
  return { choice: of("level"), confidence: of("confidence"), justification: area ? area.value : "" };
}

function typed(one) {
  if (one !== current) return;
  const values = valuesIn(one.element);
  say(find("justification-left"), left(values.justification));
  write(one.place, values);
  clearTimeout(clock);
  clock = setTimeout(() => save(one), PAUSE);
  one.changed();
}

// Keep what stands in the form on this phone, and hand it in if a level is chosen and it is not on its way already.
function save(one) {
  if (one !== current) return;
  write(one.place, valuesIn(one.element));
  hurry();
  one.changed();
}

// Hand in what was typed without waiting for a pause.
export function hurry() {
  clearTimeout(clock);
  if (current && current.isOpen) sendUnsent(current.place);
}

// Whether another page of this phone, or the server, has changed what the form shows.
export function isStale() {
  if (!current) return false;
  const { place, element, isOpen } = current;
  const { values, kept } = draft(place);
  const shown = valuesIn(element);
  const right = isOpen ? values : { ...kept, justification: "" }; // a locked form has no field for it
  return Object.keys(shown).some((name) => right[name] !== shown[name]);
}

export function sendUnsent(where) {
  const { choice, confidence, justification: why } = draft(where).values;
  if (choice === "" || !isUnsent(where)) return;
  const one = send({ ...where, rating: ratingOf(choice), confidence, justification: why });
  wasSent(where, one.made);
}
