// Hearing that something changed: a stream of events, and where that fails, asking every two seconds.

const EVERY = 2000;
const SILENCE = 40000; // the server says something every 15 seconds
const AGAIN = 10000;
let source = null;
let heard = 0;
let againAt = 0;
let isElsewhere = false;
let clock = null;
let tell = { news() {}, ask() {} };

const isOpen = () => source !== null && source.readyState === EventSource.OPEN;

export function listen(callbacks) {
  tell = callbacks;
  if (clock !== null) return;
  open();
  clock = setInterval(look, EVERY);
}

export function stopListening() {
  clearInterval(clock);
  clock = null;
  close();
}

// Somebody looks at the page again: it may have slept through anything.
export function wakeUp() {
  if (clock === null) return;
  isElsewhere = false;
  if (!isOpen() || performance.now() - heard > SILENCE / 2) open();
}

function look() {
  if (isOpen() && performance.now() - heard > SILENCE) close();
  if (isOpen()) return;
  tell.ask();
  if (source === null && !isElsewhere && performance.now() >= againAt) open();
}

function open() {
  close();
  if (!("EventSource" in window)) return;
  source = new EventSource("events");
  source.onopen = () => (heard = performance.now());
  source.addEventListener("state", (event) => {
    heard = performance.now();
    tell.news(Number(event.data));
  });
  source.addEventListener("elsewhere", () => {
    isElsewhere = true; // two newer pages of this phone listen; this one asks
    close();
  });
  source.onerror = () => {
    if (source !== null && source.readyState === EventSource.CLOSED) close();
    tell.ask();
  };
}

function close() {
  if (source !== null) source.close();
  source = null;
  againAt = performance.now() + AGAIN;
}
