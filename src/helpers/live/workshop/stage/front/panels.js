// Dialogs: each is made when it is opened; what changes in it is kept in step by its `live` part.

const PANELS = { help: panelHelp, list: panelList, timer: panelTimer, agree: panelDecide, desire: panelDecide, join: panelJoin, hand: panelHand, more: panelMore, people: panelPeople, end: panelEnd };

function openPanel(app, name) {
  closePanel(app);
  const made = PANELS[name](app, name);
  const dialog = h("dialog", { class: `panel ${name}`, "aria-labelledby": "panel-title" },
    h("div", { class: "panel-head" }, h("h2", { id: "panel-title" }, made.title),
      h("button", { type: "button", class: "quiet", onclick: () => closePanel(app) }, h("kbd", { "aria-hidden": "true" }, "Esc"), h("span", {}, "Close"))),
    made.body);
  dialog.addEventListener("close", () => { if (app.panel?.dialog === dialog) app.panel = null; if (!app.panel) app.root.append(app.parts.notice); dialog.remove(); app.parts.main.focus({ preventScroll: true }); });
  if (made.key) dialog.addEventListener("keydown", (event) => made.key(event));
  app.parts.panel.append(dialog);
  dialog.append(app.parts.notice); // behind a dialog nobody would see or hear it
  app.panel = { dialog, live: made.live };
  dialog.showModal();
  made.live?.();
  (made.first?.() || dialog.querySelector("[autofocus]"))?.focus();
}

function closePanel(app) {
  if (app.panel) app.panel.dialog.close();
  app.panel = null;
}

function refreshPanel(app) {
  app.panel?.live?.();
}

function panelHelp(app) {
  const rows = [...ACTIONS.map((one) => [one.key.toUpperCase(), one.help]), ["← →", "The dimension before or after, without opening it"], ["Esc", "Back, or close what is open"]];
  return { title: "Keys", body: h("dl", { class: "keys" }, rows.map(([key, words]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, words)))) };
}

function panelJoin(app) {
  const body = h("div", {});
  return { title: "Join the workshop", body, live: () => place(body, JSON.stringify(app.get("phones")), () => joinBox(app, "huge-code")) };
}

function panelTimer(app) {
  const start = (seconds) => { app.ask({ do: "timer", dimension: situation(app).code, seconds }); closePanel(app); };
  const left = () => Math.max(0, Math.round(((app.get("scene").round?.timer?.ends || 0) - Date.now()) / 1000));
  const choices = [["1", "minute", () => start(60)], ["2", "minutes", () => start(120)], ["3", "minutes", () => start(180)], ["5", "minutes", () => start(300)],
    ["+", "1 more minute", () => start(left() + 60)], ["0", "Stop", () => (app.get("scene").round?.timer ? start(0) : closePanel(app))]];
  const body = h("div", { class: "choices" }, choices.map(([key, words, run], k) =>
    h("button", { type: "button", autofocus: k === 0, "aria-label": words.startsWith("minute") && `${key} ${words}`, onclick: run }, h("kbd", { "aria-hidden": "true" }, key), h("span", {}, words))));
  return { title: "Timer", body, key: (event) => { const found = choices.find(([key]) => key === event.key); if (found) { event.preventDefault(); found[2](); } } };
}

function panelDecide(app, kind) {
  const { dimension, proposal, agreed, desired } = app.get("scene"), is = kind === "agree", now = is ? agreed : desired;
  const levels = [...dimension.levels].reverse();
  const radios = levels.map(({ level, words }) => h("label", { class: "choice" },
    h("input", { type: "radio", name: "level", value: level, required: true, checked: now?.level === level }), h("b", {}, level), h("span", {}, words)));
  const reason = h("textarea", { id: "reason", rows: 3, maxlength: 2000 });
  reason.value = now?.reason || "";
  const form = h("form", { class: "decide", tabindex: -1, onsubmit: (event) => {
    event.preventDefault();
    const level = Number(new FormData(form).get("level"));
    if (app.ask({ do: kind, dimension: dimension.code, level, text: reason.value }) === false) return;
    app.waiting = { kind: is ? "agreed" : "desired", before: JSON.stringify(now) };
    closePanel(app);
  } },
    is && proposal && h("p", { class: "proposal" }, proposal.text),
    h("fieldset", {}, h("legend", {}, `${is ? "The level that the panel agrees on" : "The level that the panel wants"} (type it, or choose)`), radios),
    h("label", { for: "reason" }, "Reason, in the panel's words"), reason,
    h("div", { class: "row" }, h("button", { type: "submit", class: "firm" }, "Record"),
      now && h("button", { type: "button", onclick: () => { app.ask({ do: kind, dimension: dimension.code, level: null, text: "" }); closePanel(app); } }, "Take it back")));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return form.requestSubmit();
    if (event.target === reason) return;
    const radio = form.querySelector(`input[name=level][value="${CSS.escape(event.key)}"]`);
    if (radio) { event.preventDefault(); radio.checked = true; radio.focus(); }
  });
  return { title: `${dimension.name}: ${is ? "agreed level" : "wanted level"}`, body: form, first: () => form.querySelector("input:checked") || form };
}

function listState(app, row) {
  if (row.phase === "open" || row.phase === "revealed") return app.get("scene").open?.code === row.code ? "open" : "";
  return row.agreed !== null ? `agreed ${row.agreed}` : row.rounds ? "rated" : "";
}

function panelList(app) {
  const body = h("ol", { class: "list" });
  const live = () => place(body, JSON.stringify(app.get("overview")), () => app.get("overview").map((row) => h("li", {},
    h("button", { type: "button", "data-id": row.code, onclick: () => { closePanel(app); app.show(row.code); } }, h("span", {}, row.name), h("small", {}, listState(app, row))),
    !app.get("scene").ended && !row.rounds && h("button", { type: "button", class: "firm", "data-id": `open-${row.code}`, "aria-label": `Open ${row.name}`,
      onclick: () => { closePanel(app); app.ask({ do: "open", dimension: row.code }); } }, "Open"))));
  const key = (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const all = [...body.querySelectorAll("li > button:first-child")], at = all.findIndex((one) => one.parentNode.contains(document.activeElement));
    event.preventDefault();
    all[Math.min(all.length - 1, Math.max(0, at + (event.key === "ArrowDown" ? 1 : -1)))].focus();
  };
  return { title: "Dimensions", body, live, key, first: () => body.querySelector(`[data-id="${CSS.escape(app.get("scene").dimension?.code || "")}"]`) || body.querySelector("button") };
}
