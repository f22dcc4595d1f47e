// What the page shows while a dimension is on the screen.

import { make } from "./dom.js";
import { unsentReason } from "./drafts.js";
import { form, lockedForm } from "./form.js";
import { yourself } from "./views.js";
import { dimension, number, phrase, said, texts, told } from "./words.js";

export function ratingView(now, onChange) {
  const place = { dimension: now.dimension, round: now.round };
  const isLocked = now.phase === "closed";
  const values = { number: texts.dimensions.indexOf(now.dimension) + 1, total: texts.dimensions.length };
  const { name, objective } = dimension(now.dimension);
  return [
    said("p", "place", { ...values, round: now.round }, { class: "place" }),
    told("h1", name, { tabindex: "-1" }),
    told("p", objective, { class: "objective" }),
    make("ul", { class: "facts", id: "facts" }, ...facts(now)),
    isLocked ? lockedForm(place) : form(place, onChange),
    ...(isLocked ? notSaved(place) : []),
    ...yourself(now),
  ];
}

// What there is to know besides, a line each; those that change while the form stays are put in anew.
export function facts(now) {
  const closed = now.phase === "closed";
  return [
    closed && said("li", "closed", {}, { class: "news" }),
    now.phase === "revealed" && said("li", "revealed", {}, { class: "news" }),
    now.agreed !== null && said("li", "agreed", { level: number(now.agreed) }, { class: "news" }),
    closed && own(now),
    !closed && before(now),
    !closed && now.median !== null && said("li", "median", { round: now.round - 1, median: number(now.median) }),
  ].filter(Boolean);
}

function own(now) {
  const rating = ratingIn(now, now.round);
  if (rating === undefined) return said("li", "own_none");
  return rating === null ? said("li", "own_cannot") : said("li", "own", { level: number(rating) });
}

function before(now) {
  const round = now.round - 1;
  const rating = ratingIn(now, round);
  if (rating === undefined) return false;
  return rating === null ? said("li", "before_cannot", { round }) : said("li", "before", { round, level: number(rating) });
}

function ratingIn(now, round) {
  const found = now.mine.find(([code, of]) => code === now.dimension && of === round);
  return found && found[2];
}

// What was typed and never sent is not thrown away without a word.
function notSaved(place) {
  const typed = unsentReason(place);
  return typed ? [said("p", "unsent_reason"), make("blockquote", {}, typed)] : [];
}

export const newsOf = (now) => (now.phase === "revealed" || now.phase === "closed" ? phrase(now.phase) : "");
