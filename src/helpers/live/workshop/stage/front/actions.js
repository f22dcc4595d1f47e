// What the presenter can do, each with its key: the bar, the keyboard and the help all read this list.

function situation(app) {
  const scene = app.get("scene"), overview = app.get("overview"), round = scene.round || null;
  const code = scene.dimension?.code || "";
  const isOpen = Boolean(round && round.phase !== "closed" && scene.current === code && !scene.ended);
  const from = Math.max(0, overview.findIndex((row) => row.code === (scene.current || "")) + (scene.current ? 1 : 0));
  const next = [...overview.slice(from), ...overview.slice(0, from)].find((row) => !row.rounds);
  const isThrough = overview.length > 0 && !next && !scene.ended && scene.open?.phase !== "open";
  return { app, scene, overview, round, code, isOpen, next, isThrough, ended: Boolean(scene.ended),
    isHidden: Boolean(round && round.phase === "open"), elsewhere: scene.open && scene.open.code !== code ? scene.open : null };
}

const ACTIONS = [
  { id: "open", key: "o", label: (s) => (s.round ? `Open round ${s.round.number + 1}` : "Open"), help: "Open the dimension on the screen, or its next round",
    can: (s) => s.code && !s.ended && !s.isOpen, run: (s) => s.app.ask({ do: "open", dimension: s.code }) },
  { id: "reveal", key: "r", label: () => "Reveal", help: "Reveal the ratings",
    can: (s) => s.round && !s.round.is_shown && !s.ended, run: (s) => s.app.ask({ do: "reveal", dimension: s.code }) },
  { id: "arguments", key: "e", isView: true, label: (s) => (s.app.screen() === "arguments" ? "Ratings" : "Reasons"), help: "What the lowest and the highest ratings argue, and back",
    can: (s) => s.scene.finding && s.scene.finding.n > 0, run: (s) => s.app.go(s.app.screen() === "arguments" ? "" : "arguments") },
  { id: "timer", key: "t", label: () => "Timer", help: "Timer", can: (s) => s.isOpen, run: (s) => openPanel(s.app, "timer") },
  { id: "close", key: "c", label: () => "Close", help: "Close the round", can: (s) => s.isOpen,
    run: (s) => s.app.ask({ do: "close", dimension: s.code }) },
  { id: "agree", key: "a", label: () => "Agree", help: "Record the level that the panel agrees on",
    can: (s) => s.code && !s.isHidden && !s.ended, run: (s) => openPanel(s.app, "agree") },
  { id: "desire", key: "w", label: () => "Wanted", help: "Record the level that the panel wants",
    can: (s) => s.code && !s.isHidden && !s.ended, run: (s) => openPanel(s.app, "desire") },
  { id: "next", key: "n", label: (s) => `Next: ${s.next.short}`, help: "Open the next dimension",
    can: (s) => s.next && !s.ended && !(s.isOpen && s.isHidden), run: (s) => s.app.ask({ do: "open", dimension: s.next.code }) },
  { id: "undo", key: "u", label: (s) => `Undo ${s.scene.undo}`, help: "Undo the last step", can: (s) => s.scene.undo,
    run: (s) => s.app.ask({ do: "undo", step: s.scene.undo_step }) },
  { id: "list", key: "l", side: true, label: () => "List", help: "List of dimensions, to open or look at any", can: () => true, run: (s) => openPanel(s.app, "list") },
  { id: "overview", key: "s", side: true, isOnward: true, label: () => "Summary", help: "Summary of all dimensions, and back", can: () => true,
    run: (s) => s.app.go(s.app.screen() === "overview" ? "" : "overview") },
  { id: "priorities", key: "p", side: true, isOnward: true, label: () => "Priorities", help: "Priorities, and back", can: (s) => s.overview.some((row) => row.n),
    run: (s) => { if (s.app.screen() === "priorities") return s.app.go(""); s.app.ask({ do: "rank" }); s.app.go("priorities"); } },
  { id: "end", key: "x", tucked: true, isOnward: true, label: () => "End", help: "End the workshop; asks first", can: (s) => !s.ended, run: (s) => openPanel(s.app, "end") },
  { id: "join", key: "q", side: true, label: () => "Join", help: "The code and the address to join", can: () => true, run: (s) => openPanel(s.app, "join") },
  { id: "hand", key: "h", tucked: true, label: () => "By hand", help: "Enter ratings by hand", can: (s) => !s.ended, run: (s) => openPanel(s.app, "hand") },
  { id: "more", key: "m", side: true, label: (s) => { const bad = faulty(s.app); return bad ? `More: ${count(bad, "file")} with problems` : "More"; }, help: "Participants, a watched folder, end of the workshop, workbook and report", can: () => true, run: (s) => openPanel(s.app, "more") },
  { id: "full", key: "f", side: true, label: () => (document.fullscreenElement ? "Window" : "Full screen"), help: "Full screen, and back", can: () => true, run: (s) => s.app.full() },
  { id: "help", key: "?", side: true, label: () => "Keys", help: "This list", can: () => true, run: (s) => openPanel(s.app, "help") },
];

function faulty(app) {
  return (app.get("files").readings || []).filter((one) => one.state === "refused" || one.n_errors).length;
}

// What most presenters do next: it stands out in the bar, and nothing happens by itself.
function natural(s) {
  const onward = s.isThrough && !s.isOpen && { overview: "priorities", priorities: "end" }[s.app.screen()];
  if (s.ended || onward) return onward || "";
  if (!s.code) return "next";
  if (!s.round) return "open";
  if (!s.round.is_shown) return "reveal";
  if (s.isOpen) return "close";
  if (!s.scene.agreed) return "agree";
  return s.isThrough ? "overview" : "next";
}

// Once every dimension was opened, what comes after them stands among the steps.
function isStep(s, action) {
  return s.isThrough && action.isOnward ? true : !action.side && !action.tucked;
}

function start(s, action) {
  if (s.app.isLost && !action.side && !action.isView) return s.app.unsent();
  action.run(s);
}

function actButton(s, action) {
  return h("button", { type: "button", "data-id": action.id, class: action.id === natural(s) ? "natural" : "", "aria-keyshortcuts": action.key,
    "aria-disabled": s.app.isLost && !action.side && !action.isView && "true", onclick: () => start(situation(s.app), action) }, h("kbd", { "aria-hidden": "true" }, action.key.toUpperCase()), h("span", {}, action.label(s)));
}

function bar(app) {
  const s = situation(app), can = ACTIONS.filter((action) => action.can(s));
  return [h("div", { class: "steps", role: "group", "aria-label": "Steps" }, can.filter((a) => isStep(s, a)).map((a) => actButton(s, a))),
    h("div", { class: "views", role: "group", "aria-label": "Views" }, can.filter((a) => a.side && !isStep(s, a)).map((a) => actButton(s, a)))];
}

function onKey(app, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
  const dialog = app.root.querySelector("dialog[open]");
  if (dialog || isTyping(event.target)) return;
  const s = situation(app);
  if (event.key === "Escape") { if (app.ui.screen) app.go(""); return; }
  if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    if (event.target.closest?.("[tabindex='0'].quotes")) return;
    event.preventDefault();
    return app.step(event.key === "ArrowRight" ? 1 : -1);
  }
  const action = ACTIONS.find((one) => one.key === event.key.toLowerCase());
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.repeat) return;
  if (action.can(s)) start(s, action);
  else app.say(whyNot(action, s));
}

function whyNot(action, s) {
  if (action.id === "next" && s.isOpen && s.isHidden) return `${s.scene.dimension.name} is open and not revealed. Reveal it (R) or close it (C) first.`;
  if (action.id === "next") return "Every dimension has been opened. Go on with the summary (S), the priorities (P) or the end (X).";
  if (action.id === "open" && s.isOpen) return "This round is open already. Close it (C) before the next.";
  if ((action.id === "agree" || action.id === "desire") && s.isHidden) return "Reveal the ratings first: a level on the screen would sway those who still rate.";
  if (s.ended) return "The workshop has ended. Undo the ending (U) to go on.";
  return `“${action.help}” is not possible at this moment.`;
}
