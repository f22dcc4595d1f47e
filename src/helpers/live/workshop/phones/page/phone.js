// The page of a participant: asks where the workshop stands, shows it, and says what became of each rating.

import { ask } from "./asking.js";
import { find, make, say } from "./dom.js";
import { compare, draft, isUnsent, unsentReason, wasKept, wasRefused } from "./drafts.js";
import { hurry, isStale, leave, sendUnsent } from "./form.js";
import { drop, keep, kept, mark } from "./keeping.js";
import { listen, stopListening, wakeUp } from "./listening.js";
import { facts, newsOf, ratingView } from "./rating.js";
import { atLeast, isStuck, isWaiting, onSending, sendAll, waiting } from "./sending.js";
import { setTimer, showTimer, speakOut } from "./timing.js";
import { endedView, goneView, joinView, leftOutView, waitingView } from "./views.js";
import { language, nameOf, phrase, said, speak, texts } from "./words.js";

const SPREAD = 150; // milliseconds over which phones ask after a step that all hear at once
const OFTEN = 2000;
const SELDOM = 15000;
let now = null; // the last that the server told
let shown = ""; // which view stands on the page
let isOnline = true;
let joining = ""; // what the bar says while this phone joins
let isAsking = false;
let askAgain = false;

// Where the workshop stands

async function refresh() {
  if (isAsking) {
    askAgain = true;
    return;
  }
  isAsking = true;
  do {
    askAgain = false;
    take(await ask("state"));
  } while (askAgain);
  isAsking = false;
}

function take({ status, told }) {
  if (status === 200) now = { phase: "waiting", ...told };
  else if (status === 410) now = { ...now, phase: "ended" };
  else if (status === 404) now = { ...now, phase: "gone" };
  isOnline = [200, 404, 410].includes(status);
  if (status === 200 && told.is_joined) joined(told);
  else if (isOnline) stopListening();
  if (status === 410 || (status === 200 && told.is_joined)) sendAll(); // after the end each is told that it came late
  if (now) show();
  else showStatus();
  if (status === 404 || (now && now.phase === "ended")) later(SELDOM); // the presenter may undo the end
  else if (!isOnline && !(now && now.is_joined)) later(OFTEN);
}

function joined(told) {
  drop("join mark");
  atLeast(told.made);
  keep("mine", told.mine);
  if (told.dimension) {
    const place = { dimension: told.dimension, round: told.round };
    compare(place, told.given);
    if (told.phase !== "closed") sendUnsent(place);
  }
  listen({
    news: (number) => (number === now.number && isOnline ? null : later(Math.random() * SPREAD)),
    ask: refresh,
  });
}

let clock = null;
function later(milliseconds) {
  clearTimeout(clock);
  clock = setTimeout(refresh, milliseconds);
}

// What the page shows

function viewOf() {
  if (now.phase === "ended") return ["ended", () => endedView(kept("mine", []))];
  if (now.phase === "gone") return ["gone", goneView];
  if (!now.is_joined) return ["join", () => joinView(join, comeBack)];
  if (now.is_left_out) return ["left-out", leftOutView];
  if (now.phase === "waiting") return ["waiting", () => waitingView(now)];
  const place = [now.dimension, now.round, now.phase === "closed" ? "closed" : "open"];
  return [place.join(" "), () => ratingView(now, showStatus)];
}

function show() {
  const [name, build] = viewOf();
  const key = `${name} ${language}`;
  const isNewView = !shown.startsWith(`${name} `);
  const isOther = key !== shown;
  if (isOther || isStale()) {
    const left = isOther ? leave(isAskedFor) : null; // in its own form another page of this phone sends for itself
    find("view").replaceChildren(...build());
    if (left) addNotice({ why: "unsent", ...left });
    if (isNewView && shown) toTheTop();
    shown = key;
  } else if (find("facts")) {
    find("facts").replaceChildren(...facts(now));
  }
  showNotices();
  news();
  setTimer(now.phase === "ended" || !now.is_joined || now.is_left_out ? null : now.timer_left);
  showStatus();
}

// Whether answers for this dimension and round are taken now.
function isAskedFor({ dimension, round }) {
  const takes = now.is_joined && !now.is_left_out && (now.phase === "open" || now.phase === "revealed");
  return takes && now.dimension === dimension && now.round === round;
}

function toTheTop() {
  document.querySelector("#view h1").focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

let toldNews = "";
function news() {
  const said = `${now.phase} ${now.dimension} ${now.round}`;
  if (toldNews && said !== toldNews && newsOf(now)) speakOut(newsOf(now));
  toldNews = said;
}

function showStatus() {
  const [kind, text] = status();
  find("bar").hidden = !text && find("timer").hidden;
  find("status").dataset.kind = kind;
  say(find("doing"), kind === "doing" ? text : ""); // a screen reader is only told what became of it
  say(find("said"), kind === "doing" ? "" : text);
}

// Kind (what it looks like) and text of the line at the foot of the page.
function status() {
  if (!now) return isOnline ? ["", ""] : ["trouble", phrase("offline_plain")];
  if (joining) return [joining === "joining" ? "doing" : "trouble", phrase(joining)];
  if (isStuck() || (waiting().length && !isOnline)) return ["trouble", phrase("not_sent")];
  if (now.phase === "ended" || now.phase === "gone") return ["", ""];
  const place = { dimension: now.dimension, round: now.round };
  const takes = isAskedFor(place);
  if (!isOnline) return ["trouble", phrase(takes ? "offline" : "offline_plain")];
  if (!takes) return ["", ""];
  const { values, kept: has } = draft(place);
  if (isWaiting(place.dimension, place.round)) return ["doing", phrase("saving")];
  if (isUnsent(place) && values.choice) return ["doing", phrase("saving")];
  if (isUnsent(place) && values.justification) return ["todo", phrase("choose_too")];
  if (!has.choice) return ["todo", phrase("choose")];
  if (has.choice === "none") return ["good", phrase("saved_cannot")];
  return ["good", phrase("saved", { level: has.choice })];
}

// Joining

async function join({ role, sector }) {
  if (joining) return;
  if (!kept("join mark")) keep("join mark", mark());
  keep("joining", { role, sector });
  joining = "joining";
  showStatus();
  for (let pause = 500; joining; pause = Math.min(2 * pause, 8000)) {
    const { status, told, wait } = await ask("join", { role, sector, mark: kept("join mark") });
    if (status === 200 || status === 410 || status === 404) joining = "";
    else if (status === 422) location.reload(); // its choices are not those of this page any more
    else {
      joining = told.refused === "full" ? "join_full" : "join_waiting";
      showStatus();
      await new Promise((done) => setTimeout(done, wait || pause));
    }
  }
  await refresh();
}

// Go on as who has this personal code; why not, as the key of a phrase.
async function comeBack(code) {
  const { status } = await ask("return", { code });
  if (status === 403 || status === 422) return "return_unknown";
  if (![200, 404, 410].includes(status)) return "return_later";
  await refresh();
  return "";
}

// What became of a rating

onSending({
  changed: showStatus,
  unknown: refresh,
  saved(one) {
    wasKept(one);
    const others = kept("mine", []).filter(([code, round]) => code !== one.dimension || round !== one.round);
    keep("mine", [...others, [one.dimension, one.round, one.rating]]);
    if (now) now.mine = kept("mine", []);
    showStatus();
  },
  refused(one, why) {
    wasRefused(one, why);
    addNotice({ why, dimension: one.dimension });
    if (shown.startsWith(`${one.dimension} ${one.round} `)) shown = ""; // the form shows what counts again
    later(SPREAD);
  },
});

function addNotice(one) {
  const others = kept("notices", []).filter(({ dimension }) => dimension !== one.dimension);
  keep("notices", [...others, one]);
  showNotices();
}

function showNotices() {
  const notices = kept("notices", []).map((one) => {
    const why = one.why === "unsent" ? unsent(one) : [said("p", refusal(one.why), { dimension: nameOf(one.dimension) })];
    const understood = said("button", "understood", {}, { type: "button", click: () => dismiss(one.dimension) });
    return why.length ? make("div", { class: "notice" }, ...why, understood) : "";
  });
  const all = make("div", {}, ...notices);
  if (all.textContent !== find("notices").textContent) find("notices").replaceChildren(...all.children);
}

function refusal(why) {
  return why === "ended" ? "refused_ended" : /closed|not-open/.test(why) ? "refused_closed" : "refused_otherwise";
}

// A reason that was being typed when its round was closed; where its form is on the page, that shows it.
function unsent(place) {
  const isHere = !now || !now.is_joined || (now.dimension === place.dimension && now.round === place.round);
  const typed = unsentReason(place);
  if (!typed || (isHere && now?.phase !== "ended")) return [];
  return [make("p", {}, `${nameOf(place.dimension)}: ${phrase("unsent_reason")}`), make("blockquote", {}, typed)];
}

function dismiss(code) {
  keep("notices", kept("notices", []).filter(({ dimension }) => dimension !== code));
  showNotices();
  document.querySelector("#view h1").focus();
}

// The frame

function showFrame() {
  document.documentElement.lang = language;
  document.title = `${phrase("workshop")}: ${texts.region}`;
  say(find("workshop"), document.title);
  say(find("language-label"), phrase("language"));
  if (!find("practice").hidden) say(find("practice"), phrase("practice"));
  showNotices();
  showTimer();
}

// Another page of this phone has kept something: both show the same.
function elsewhere() {
  if (!now) return;
  now.mine = kept("mine", now.mine);
  show();
}

function start() {
  const options = Object.entries(texts.languages).map(([code, name]) =>
    make("option", { value: code, lang: code, selected: code === language }, name),
  );
  find("language").append(...options);
  find("language").addEventListener("change", (event) => {
    speak(event.target.value);
    showFrame();
    if (now) show();
    else showStatus();
  });
  window.addEventListener("online", () => refresh());
  window.addEventListener("offline", () => refresh());
  window.addEventListener("storage", elsewhere);
  window.addEventListener("pagehide", hurry);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return hurry();
    wakeUp();
    refresh();
  });
  showFrame();
  refresh();
}

start();
