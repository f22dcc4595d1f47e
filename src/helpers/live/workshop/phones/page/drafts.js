// What stands in the form of each dimension and round, sent or not: a reload finds it again.
// values: choice ("" none, "none" cannot rate, or the level), confidence, justification.
// sent: the values that were last handed in; kept: those that the server has.

import { keep, kept } from "./keeping.js";

const LATE = ["closed", "not-open", "ended"];
const EMPTY = { choice: "", confidence: "", justification: "" };
const key = (place) => `${place.dimension} ${place.round}`;
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export const choiceOf = (rating) => (rating === null ? "none" : String(rating));
export const ratingOf = (choice) => (choice === "none" ? null : Number(choice));
const valuesOf = (one) => ({
  choice: choiceOf(one.rating),
  confidence: one.confidence,
  justification: one.justification,
});

export function draft(place) {
  return kept("drafts", {})[key(place)] || { values: EMPTY, sent: EMPTY, kept: EMPTY, made: 0 };
}

function put(place, changed) {
  const drafts = kept("drafts", {});
  keep("drafts", { ...drafts, [key(place)]: { ...draft(place), ...changed } });
}

export const isUnsent = (place) => !same(draft(place).values, draft(place).sent);

// What was typed and never handed in; empty where there is nothing of the kind.
export function unsentReason(place) {
  const { values, kept } = draft(place);
  return values.justification === kept.justification ? "" : values.justification;
}

export const write = (place, values) => put(place, { values });
export const wasSent = (place, made) => put(place, { sent: draft(place).values, made });
export const wasKept = (one) => put(one, { kept: valuesOf(one) });

// What the server has counts, unless this form has something newer.
export function compare(place, given) {
  const found = draft(place);
  if (!given || (found.made >= given.made && found.made > 0)) return;
  const values = valuesOf(given);
  put(place, { values: isUnsent(place) ? found.values : values, sent: values, kept: values, made: given.made });
}

// A rating that was refused is taken back; what was typed stays, and goes with the next one if the round opens again.
export function wasRefused(one, why) {
  const found = draft(one);
  if (found.made !== one.made) return;
  const values = { ...found.kept, justification: found.values.justification };
  put(one, { values, sent: LATE.includes(why) ? found.kept : values });
}
