// Dialogs about people, files and the end.

function panelHand(app) {
  const rows = h("ul", { class: "hand" }), role = choice(app, "role"), sector = choice(app, "sector"), where = h("p", { class: "note" });
  const form = h("form", { class: "row add", onsubmit: (event) => { event.preventDefault(); app.ask({ do: "add", role: role.value, sector: sector.value }); } },
    h("div", { class: "field" }, h("label", { for: role.id }, "Role"), role), h("div", { class: "field" }, h("label", { for: sector.id }, "Sector"), sector), h("button", { type: "submit" }, "Add a stakeholder"));
  const live = () => {
    const open = app.get("scene").open, people = app.get("people").list.filter((one) => one.source === "hand" && one.left_out === null);
    const given = new Set(open?.by_hand || []);
    where.textContent = handWords(app, open, people.length);
    place(rows, JSON.stringify([people, open?.code, open?.round, [...given]]), () => people.map((one) => handRow(app, one, given.has(one.number))));
  };
  return { title: "Ratings by hand", body: h("div", {}, where, rows, form), live, first: () => rows.querySelector("input") || role };
}

function scale(app) {
  const levels = app.get("place").levels;
  return `Levels are ${levels[0]} to ${levels[levels.length - 1]}, or X for “cannot rate this”.`;
}

function handWords(app, open, n) {
  if (!open) return "No round is open. Stakeholders can be added already.";
  const what = `${open.name}, round ${open.round}.`;
  if (!n) return `${what} Nobody has been added yet: add a stakeholder, then type their level.`;
  return `${what} Type a level; it is recorded at once${open.phase === "open" ? " and not shown" : " and shows on the screen"}. ${scale(app)}`;
}

function handRow(app, one, isGiven) {
  const who = [one.role, one.sector].filter(Boolean).join(" · ");
  const field = h("input", { type: "text", inputmode: "numeric", autocomplete: "off", size: 2, "data-id": `hand-${one.number}`, "aria-label": `Level for ${one.label}`, disabled: !app.get("scene").open });
  field.value = isGiven ? "•" : "";
  field.addEventListener("beforeinput", (event) => {
    event.preventDefault();
    const typed = (event.data || "").trim().toLowerCase(), level = Number(typed);
    if (!typed) return;
    if (typed !== "x" && !app.get("place").levels.includes(level)) return app.say(`Not recorded: ${typed}. ${scale(app)}`);
    if (app.ask({ do: "rate", participant: one.number, level: typed === "x" ? null : level }) === false) return;
    field.value = "•";
    field.closest("li").nextElementSibling?.querySelector("input")?.focus();
  });
  return h("li", {}, h("label", {}, h("b", {}, one.label), h("span", {}, who)), field, h("span", { class: "given" }, isGiven ? "recorded" : ""));
}

function choice(app, kind) {
  return h("select", { id: `choice-${kind}` }, h("option", { value: "" }, "not given"), (app.get("choices")[kind] || []).map((name) => h("option", { value: name }, name)));
}

function panelMore(app) {
  const live = h("div", { class: "more-state" });
  const folder = h("input", { type: "text", id: "folder", size: 40, spellcheck: "false", autocomplete: "off" });
  folder.value = app.get("files").folder || "";
  const watch = h("form", { class: "row", onsubmit: (event) => { event.preventDefault(); app.ask({ do: "watch", folder: folder.value }); } },
    h("label", { for: "folder" }, "Folder of workbooks to watch"), folder, h("button", { type: "submit" }, "Watch"));
  const actions = h("div", { class: "choices" });
  const draw = () => {
    const ended = app.get("scene").ended, outcome = app.get("outcome");
    place(live, JSON.stringify([app.get("files"), outcome]), () => [fileLines(app), outcomeLines(app, outcome)]);
    place(actions, JSON.stringify([ended, outcome]), () => [
      !ended && button("hand", "Ratings by hand", () => openPanel(app, "hand")),
      button("people", "Participants", () => openPanel(app, "people")),
      !ended && button("end", "End the workshop", () => openPanel(app, "end")),
      outcomeButtons(app),
    ].flat().filter(Boolean));
  };
  return { title: "More", body: h("div", {}, actions, watch, live), live: draw, first: () => actions.querySelector("button") };
}

function outcomeButtons(app) {
  const outcome = app.get("outcome"), isBusy = Boolean(outcome.doing);
  return [
    button("write", "Write the workbook", () => app.ask({ do: "write" }), isBusy),
    !app.get("place").is_practice && button("report", "Write the workbook and build the report", () => app.ask({ do: "report" }), isBusy),
    outcome.report && button("browse", "Open the report", () => app.ask({ do: "browse" })),
  ].filter(Boolean);
}

function button(id, words, run, isOff) {
  return h("button", { type: "button", "data-id": id, onclick: run, disabled: isOff }, words);
}

function readingWords(one) {
  if (one.state === "used") return one.n_errors ? "is used, but for what is wrong in it" : "is used";
  if (one.state === "refused") return one.was_used ? "was refused; what it said before still counts" : "was refused; nothing of it is used";
  if (one.state === "gone") return one.was_used ? "is gone; what it said still counts" : "is gone";
  return one.state;
}

function fileLines(app) {
  const files = app.get("files");
  if (!files.folder && !files.readings?.length) return h("p", { class: "note" }, "No folder is watched.");
  return h("div", { class: "files" },
    files.folder && h("p", {}, files.is_watched ? "Watching " : "Not watching any more: ", h("code", {}, files.folder)),
    h("ul", {}, files.readings.map((one) => h("li", { class: one.n_errors ? "refused" : one.state },
      h("b", {}, one.file), " ", readingWords(one),
      one.findings.length > 0 && h("ul", {}, one.findings.map((found) => h("li", {}, [found.sheet, found.cell].filter(Boolean).join("!"), found.sheet || found.cell ? ": " : "", found.message))),
      one.n_findings > one.findings.length && h("p", { class: "note" }, `and ${one.n_findings - one.findings.length} more`)))));
}

function panelPeople(app) {
  const body = h("ul", { class: "people" });
  const live = () => place(body, JSON.stringify(app.get("people").list), () => app.get("people").list.length
    ? app.get("people").list.map((one) => personRow(app, one)) : h("li", { class: "note" }, "Nobody has joined yet."));
  return { title: "Participants", body, live };
}

function personRow(app, one) {
  const source = { hand: "by hand", file: "from a file", practice: "simulated" }[one.source] || "";
  const about = [one.role, one.sector, source].filter(Boolean).join(" · ");
  if (one.left_out !== null) return h("li", { class: "out" }, h("b", {}, one.label), h("span", {}, `left out${one.left_out ? `: ${one.left_out}` : ""}`),
    button(`in-${one.number}`, "Take back in", () => app.ask({ do: "take-in", participant: one.number })));
  const row = h("li", {}, h("b", {}, one.label), h("span", {}, about), button(`out-${one.number}`, "Leave out …", () => {
    const why = h("input", { type: "text", maxlength: 400, "aria-label": `Reason for leaving out ${one.label}`, placeholder: "Reason" });
    row.replaceChildren(h("b", {}, one.label), h("form", { class: "row", onsubmit: (event) => { event.preventDefault(); app.ask({ do: "leave-out", participant: one.number, text: why.value }); } }, why, h("button", { type: "submit", class: "firm" }, "Leave out")));
    why.focus();
  }));
  return row;
}

// What would be left undone.
function unfinished(rows) {
  const undecided = rows.filter((row) => row.agreed === null).length, unopened = rows.filter((row) => !row.rounds).length;
  if (!undecided && !unopened) return `All ${rows.length} dimensions have an agreed level.`;
  const words = [undecided && `${undecided} of ${rows.length} dimensions ${undecided === 1 ? "has" : "have"} no agreed level`,
    unopened && `${unopened} ${unopened === 1 ? "was" : "were"} not opened`];
  return `${words.filter(Boolean).join("; ")}.`;
}

function panelEnd(app) {
  const run = () => { closePanel(app); app.ui.screen = ""; app.ask({ do: "end" }); };
  return { title: "End the workshop?", body: h("div", {},
    h("p", {}, unfinished(app.get("overview"))),
    h("p", {}, "No further rating is taken from then on. Undo (U) takes the ending back."),
    h("div", { class: "choices" }, h("button", { type: "button", class: "firm", autofocus: true, onclick: run }, "End the workshop"), button("stay", "Go on", () => closePanel(app)))) };
}
