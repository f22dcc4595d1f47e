// Ratings on their way: each waits here, whatever happens, until the server has kept or refused it.
// Its mark is made up once, so that a rating that is sent twice is kept once.

import { ask } from "./asking.js";
import { keep, kept, mark } from "./keeping.js";

const PAUSES = [500, 1000, 2000, 4000, 8000, 10000];
const FINAL = [403, 409, 410, 413, 415, 422];
let tell = { saved() {}, refused() {}, unknown() {}, changed() {} };
let isRunning = false;
let failures = 0;
let onItsWay = null;
let goOn = () => {};

export const onSending = (callbacks) => (tell = callbacks);
export const waiting = () => kept("waiting", []);
export const isStuck = () => failures > 0 && waiting().length > 0;
export const isWaiting = (dimension, round) =>
  waiting().some((one) => one.dimension === dimension && one.round === round);

// The number of the last rating of this phone: of two, the one with the higher number counts.
export function atLeast(made) {
  keep("made", Math.max(kept("made", 0), made));
}

// Hand in a rating. One for the same place that has not left yet gives way to it.
export function send(rating) {
  atLeast(kept("made", 0) + 1);
  const one = { ...rating, mark: mark(), made: kept("made", 1) };
  const others = waiting().filter(
    (other) => other.mark === onItsWay || other.dimension !== one.dimension || other.round !== one.round,
  );
  keep("waiting", [...others, one]);
  tell.changed();
  sendAll();
  return one;
}

// Send what waits, in order; if that goes on already, without the pause that it may be in.
export async function sendAll() {
  goOn();
  if (isRunning) return;
  isRunning = true;
  while (waiting().length && (await sendOne(waiting()[0])));
  isRunning = false;
  tell.changed();
}

// Whether to go on with the next, or with the same again.
async function sendOne(one) {
  onItsWay = one.mark;
  const answer = await ask("rate", one);
  onItsWay = null;
  if (answer.status === 401) {
    tell.unknown();
    return false;
  }
  if (answer.status === 200 || FINAL.includes(answer.status)) {
    failures = 0;
    keep("waiting", waiting().filter((other) => other.mark !== one.mark));
    if (answer.status === 200) tell.saved(one);
    else tell.refused(one, answer.told.refused || "unfit");
    return true;
  }
  failures += 1;
  tell.changed();
  await pause(answer.wait || PAUSES[Math.min(failures, PAUSES.length) - 1] * (0.75 + Math.random() / 2));
  return true;
}

function pause(milliseconds) {
  return new Promise((done) => {
    const clock = setTimeout(done, milliseconds);
    goOn = () => {
      clearTimeout(clock);
      done();
    };
  });
}
