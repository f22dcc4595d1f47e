// The presenter's timer. The server says how many seconds are left, so a phone's wrong clock does not matter.

import { find, say } from "./dom.js";
import { phrase } from "./words.js";

const SPOKEN = [
  [60, "minute_left"],
  [10, "seconds_left"],
  [0, "time_over"],
];
let end = null;
let last = Infinity;
let clock = null;

export function setTimer(left) {
  if (left === null || left === undefined) {
    clearInterval(clock);
    clock = end = null;
    find("timer").hidden = true;
    return;
  }
  const found = performance.now() + left * 1000;
  if (end === null || Math.abs(found - end) > 2000) last = left + 0.5; // another timer, not the same told again
  end = found;
  clearInterval(clock);
  clock = setInterval(showTimer, 250);
  showTimer();
}

export function showTimer() {
  if (end === null) return;
  const left = Math.max(0, (end - performance.now()) / 1000);
  const seconds = Math.ceil(left);
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  find("timer").hidden = false;
  say(find("timer-label"), seconds ? phrase("time_left") : "");
  say(find("timer-left"), seconds ? text : phrase("time_over"));
  const crossed = SPOKEN.filter(([at]) => last > at && left <= at).pop();
  if (crossed) speakOut(phrase(crossed[1]));
  last = Math.min(last, left);
}

// Said by a screen reader, and gone a little later.
export function speakOut(text) {
  const spoken = find("spoken");
  spoken.textContent = text;
  setTimeout(() => {
    if (spoken.textContent === text) spoken.textContent = "";
  }, 6000);
}
