// What the page shows when no dimension is on the screen.

import { make, say } from "./dom.js";
import { keep, kept } from "./keeping.js";
import { choices, nameOf, number, phrase, said, texts } from "./words.js";

export const heading = (key) => said("h1", key, {}, { tabindex: "-1" });

export function waitingView(now) {
  return [heading("wait_title"), said("p", "wait_text"), ...yourself(now)];
}

export function goneView() {
  return [heading("gone_title"), said("p", "nothing_here")];
}

export function leftOutView() {
  return [heading("left_out_title"), said("p", "left_out_text")];
}

// Role and sector, both optional; what was chosen stays chosen when the language changes.
export function joinView(onJoin, onReturn) {
  const chosen = kept("joining", {});
  const form = make(
    "form",
    {
      change: () => keep("joining", Object.fromEntries(new FormData(form))),
      submit: (event) => {
        event.preventDefault();
        onJoin(Object.fromEntries(new FormData(form)));
      },
    },
    choice("role", chosen.role),
    choice("sector", chosen.sector),
    said("button", "join", {}, { type: "submit", class: "main", id: "join" }),
  );
  const intro = said("p", "join_intro", { region: texts.region });
  return [heading("join_title"), intro, form, said("p", "join_seen", {}, { class: "hint" }), comingBack(onReturn)];
}

// Who joined before, on this phone at another address, goes on by a personal code.
function comingBack(onReturn) {
  const input = make("input", {
    id: "code", type: "text", maxlength: 20, autocomplete: "off", autocapitalize: "none", spellcheck: "false", required: true,
  });
  const answer = make("p", { class: "hint", role: "status", id: "code-said" });
  const submit = async (event) => {
    event.preventDefault();
    say(answer, "");
    const refused = await onReturn(input.value);
    if (refused) say(answer, phrase(refused));
  };
  const field = make("div", { class: "choice" }, said("label", "return_code", {}, { for: "code" }), input);
  const form = make("form", { submit }, field, said("button", "return_go", {}, { type: "submit" }), answer);
  const open = () => {
    button.replaceWith(form);
    input.focus();
  };
  const button = said("button", "return_ask", {}, { type: "button", id: "return", click: open });
  return button;
}

// How a participant is called on the screen, and what brings them back.
export function yourself({ label, code }) {
  return [
    said("p", "you_are", { label }, { class: "hint" }),
    said("p", "return_by", { code: code.replace("-", "\u2011") }, { class: "hint" }), // never broken over two lines
  ];
}

function choice(kind, chosen) {
  const options = choices(kind).map(([stored, shown, lang]) =>
    make("option", { value: stored, lang, selected: stored === chosen }, shown),
  );
  const none = said("option", "rather_not", {}, { value: "" });
  const select = make("select", { id: kind, name: kind }, none, ...options);
  return make("div", { class: "choice" }, said("label", kind, {}, { for: kind }), select);
}

// The thanks, and every rating of this phone: known to it alone, since the server gives nothing out any more.
export function endedView(mine) {
  if (!mine.length) return [heading("ended_stranger")];
  const rated = texts.dimensions.filter((code) => mine.some(([of]) => of === code));
  const rows = rated.map((code) => make("div", {}, make("dt", {}, nameOf(code)), ...rounds(code, mine)));
  return [
    heading("ended_title"),
    said("p", "ended_text"),
    said("h2", "your_ratings"),
    make("dl", { class: "ratings" }, ...rows),
  ];
}

function rounds(code, mine) {
  return mine
    .filter(([of]) => of === code)
    .sort((a, b) => a[1] - b[1])
    .map(([, round, rating]) => {
      const level = rating === null ? phrase("not_rated") : number(rating);
      return make("dd", {}, phrase("in_round", { round: String(round), level }));
    });
}
