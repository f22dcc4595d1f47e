// The screens about all dimensions: overview, priorities, end.

function verdict(row) {
  if (!row.n) return row.rounds ? (row.phase === "open" ? "being rated" : "not revealed") : "";
  return `${row.near} of ${row.n}${row.agrees === null ? "" : row.agrees ? ", agreement" : ", split"}`;
}

function shortNumber(value) {
  return value === null || value === undefined ? "–" : String(value);
}

function summaryTable(app) {
  const rows = app.get("overview"), scene = app.get("scene");
  return h("table", { class: "summary" },
    h("caption", { class: "unseen-text" }, "All dimensions: rounds, median, agreement, agreed and wanted level"),
    h("thead", {}, h("tr", {}, ["Dimension", "Median", "Within one level", "Agreed", "Wanted"].map((name, k) =>
      h("th", { scope: "col", class: k && k !== 2 ? "number" : "" }, name)))),
    h("tbody", {}, rows.map((row) => h("tr", { class: row.code === scene.current ? "now" : "" },
      h("th", { scope: "row" }, row.name, row.rounds > 1 && h("small", {}, ` round ${row.rounds}`)),
      h("td", { class: "number" }, shortNumber(row.median)),
      h("td", {}, verdict(row)),
      h("td", { class: `number ${row.agreed === null ? "" : "agreed"}` }, shortNumber(row.agreed)),
      h("td", { class: "number" }, shortNumber(row.desired))))));
}

function screenOverview(app) {
  const rows = app.get("overview"), agreed = rows.filter((row) => row.agreed !== null).length;
  return h("section", { class: "screen overview" },
    h("div", { class: "headline" }, h("h1", {}, `${agreed} of ${rows.length} dimensions have an agreed level`)),
    h("div", { class: "pair" }, summaryTable(app), picture(app.get("spider_svg"), "spider")));
}

function priorityRow(row, most) {
  const level = `${shortNumber(row.level)} → ${shortNumber(row.desired)}`;
  return h("tr", {},
    h("td", { class: "number" }, shortNumber(row.rank)),
    h("th", { scope: "row" }, row.name),
    h("td", { class: "number" }, level),
    h("td", { class: "bar-cell" }, row.points !== null && h("i", { style: { width: `${(100 * row.points) / most}%` } })),
    h("td", {}, row.reading));
}

function screenPriorities(app) {
  const told = app.get("priorities"), all = told.rows || [], rows = all.filter((row) => row.rank !== null), rest = all.filter((row) => row.rank === null);
  const most = Math.max(1, ...rows.map((row) => row.points || 0)), first = rows.find((row) => row.rank === 1);
  return h("section", { class: "screen priorities" },
    h("div", { class: "headline" },
      h("h1", {}, first ? `To begin with: ${first.name}` : told.is_working ? "Ranking the dimensions …" : "No priorities yet"),
      h("p", { class: "objective" }, told.method || "")),
    rows.length > 0 && h("table", { class: "summary" },
      h("caption", { class: "unseen-text" }, "Dimensions by how much speaks for beginning with each"),
      h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "number" }, "Place"), h("th", { scope: "col" }, "Dimension"),
        h("th", { scope: "col", class: "number" }, "Now → wanted"), h("th", { scope: "col" }, "Weight of reasons"),
        h("th", { scope: "col" }, "How firm"))),
      h("tbody", {}, rows.map((row) => priorityRow(row, most)))),
    rest.length > 0 && h("p", { class: "note rest" }, unranked(rest)));
}

function unranked(rest) {
  const reasons = [...new Set(rest.map((row) => row.refusal))];
  if (reasons.length === 1 && rest.length > 3) return `${rest.length} more have no place: ${reasons[0]}.`;
  return reasons.map((why) => `${rest.filter((row) => row.refusal === why).map((row) => row.name).join(", ")}: ${why}.`).join(" ");
}

function screenEnded(app) {
  const rows = app.get("overview"), outcome = app.get("outcome"), people = app.get("people");
  const agreed = rows.filter((row) => row.agreed !== null).length;
  return h("section", { class: "screen ended" },
    h("div", { class: "lead" }, h("h1", {}, "Thank you"),
      h("p", { class: "objective" }, `${count(people.n_rated, "stakeholder")} rated ${count(rows.filter((row) => row.is_rated).length, "dimension")}; `
        + `${agreed} of ${rows.length} have an agreed level. No further rating is taken.`),
      h("div", { class: "choices" }, outcomeButtons(app)),
      outcomeLines(app, outcome)),
    picture(app.get("spider_svg"), "spider"));
}

function outcomeLines(app, outcome) {
  const doing = { workbook: "Writing the workbook …", report: "Building the report … this takes a minute." }[outcome.doing];
  return h("div", { class: "outcome", role: "status" },
    outcome.workbook && h("p", {}, "Workbook: ", h("code", {}, outcome.workbook)),
    outcome.report && h("p", {}, "Report: ", h("code", {}, outcome.report)),
    doing && h("p", {}, doing),
    outcome.fault && h("p", { class: "fault" }, outcome.fault));
}
