// What the room reads: one message at a time.

const SCREENS = {
  waiting: screenWaiting,
  preview: screenRating,
  rating: screenRating,
  unseen: screenUnseen,
  revealed: screenRevealed,
  arguments: screenArguments,
  decided: screenDecided,
  overview: screenOverview,
  priorities: screenPriorities,
  ended: screenEnded,
};

function ladder(dimension) {
  const levels = [...dimension.levels].reverse();
  return h("ol", { class: "ladder", reversed: true, lang: dimension.language, "aria-label": "Levels, the highest first" },
    levels.map(({ level, words }) => h("li", {}, h("b", {}, level), h("span", {}, words))));
}

function eyebrow(scene) {
  const { dimension, round } = scene;
  const words = [`Dimension ${dimension.order} of ${dimension.of}`];
  if (round && round.number > 1) words.push(`round ${round.number}`);
  return h("p", { class: "eyebrow" }, words.join(", "));
}

function sectors(rows, format) {
  if (rows.length < 2) return null;
  const most = rows.length <= 7 ? 7 : 6, rest = rows.slice(most), sum = (name) => rest.reduce((so, row) => so + row[name], 0);
  const last = rest.length ? [{ sector: `and ${rest.length} more`, n: sum("n"), of: sum("of") }] : [];
  return h("ul", { class: "sectors" }, [...rows.slice(0, most), ...last].map((row) => h("li", {}, h("span", {}, row.sector), h("b", {}, format(row)))));
}

function joinBox(app, size) {
  const phones = app.get("phones");
  if (!phones.addresses) {
    return h("div", { class: `join ${size}` },
      h("p", { class: "address" }, "The participants' page is not running."),
      h("p", {}, "Ratings can be entered by hand (H) or read from a folder of workbooks (M)."));
  }
  return h("div", { class: `join ${size}` },
    picture(phones.qr, "qr"),
    h("div", {},
      h("p", { class: "address" }, phones.addresses[0].replace(/^http:\/\//, "")),
      phones.addresses.slice(1, 3).map((address) => h("p", { class: "address more" }, "or ", address.replace(/^http:\/\//, ""))),
      !phones.is_network && h("p", { class: "hint" },
        "Only this machine reaches this address. Start the workshop with --network so that phones can join.")));
}

function screenWaiting(app) {
  const people = app.get("people"), phones = app.get("phones");
  return h("section", { class: "screen waiting" },
    h("div", { class: "lead" },
      h("h1", {}, phones.addresses ? "Join with your phone" : "Welcome"),
      h("p", { class: "objective" }, phones.addresses ? "Scan the code, or type the address. No account and no name are needed." : ""),
      h("p", { class: "huge" }, h("b", {}, people.n), h("span", {}, people.n === 1 ? "has joined" : "have joined")),
      people.by_sector.length > 1 && h("ul", { class: "chips" }, people.by_sector.slice(0, 8).map((row) => h("li", {}, h("b", {}, row.n), ` ${row.sector}`)),
        people.by_sector.length > 8 && h("li", {}, `and ${people.by_sector.length - 8} more`))),
    joinBox(app, "large"));
}

function meter(answered) {
  const share = answered.of ? answered.n / answered.of : 0;
  return h("div", { class: "meter", "aria-hidden": "true" }, h("i", { style: { width: `${100 * share}%` } }));
}

function screenRating(app) {
  const scene = app.get("scene"), { dimension, answered, round } = scene;
  return h("section", { class: "screen rating" },
    h("div", { class: "question" },
      eyebrow(scene), h("h1", { lang: dimension.language }, dimension.name), h("p", { class: "objective", lang: dimension.language }, dimension.objective), ladder(dimension)),
    h("div", { class: "aside" },
      round && answered ? [
        h("p", { class: "huge" }, h("b", {}, answered.n), h("span", {}, `of ${answered.of} have answered`)),
        meter(answered),
        sectors(answered.by_sector, (row) => `${row.n} of ${row.of}`),
        h("p", { class: "timer big", "data-timer": true }),
      ] : h("p", { class: "note" }, scene.ended ? "Not rated" : "Not opened yet")));
}

function screenUnseen(app) {
  const scene = app.get("scene");
  return h("section", { class: "screen unseen" }, eyebrow(scene), h("h1", {}, scene.dimension.name),
    h("p", { class: "objective" }, `Closed with ${scene.answered.n} of ${scene.answered.of} answers, and not revealed.`));
}

function screenRevealed(app) {
  const { finding, dimension, round, answered } = app.get("scene");
  const words = [dimension.name + (round.number > 1 ? `, round ${round.number}` : "")];
  if (round.phase === "closed") words.push(`Closed with ${answered.n} of ${answered.of} answered`);
  return h("section", { class: "screen revealed" },
    h("div", { class: "headline" },
      h("p", { class: "eyebrow" }, words.join(" · ")),
      h("h1", {}, finding.title),
      h("p", { class: "objective" }, finding.shift || finding.rule)),
    h("div", { class: "pair" },
      picture(app.get("levels_svg"), "levels"),
      picture(app.get("spider_svg"), "spider")));
}

function extreme(end, dimension, name) {
  const words = dimension.levels.find((row) => row.level === end.level)?.words || "";
  return h("div", { class: "extreme" },
    h("h2", {}, `${end.n} of ${end.of} rated ${end.level}`),
    h("p", { class: "meaning" }, h("b", {}, end.level), words),
    h("div", { class: "quotes", tabindex: 0, role: "region", "aria-label": `Reasons for the ${name} rating` },
      end.reasons.length
        ? end.reasons.map((one) => h("blockquote", {}, h("p", {}, one.text), one.sector && h("footer", {}, one.sector)))
        : h("p", { class: "note" }, "Nobody wrote a reason.")));
}

function screenArguments(app) {
  const { finding, dimension } = app.get("scene");
  const names = finding.extremes.length === 1 ? ["only"] : ["lowest", "highest"];
  return h("section", { class: "screen arguments" },
    h("div", { class: "headline" }, h("p", { class: "eyebrow" }, dimension.name),
      h("h1", {}, finding.extremes.length > 1 ? "What speaks for the lowest and for the highest level?" : "What speaks for this level?")),
    h("div", { class: "pair even" }, finding.extremes.map((end, k) => extreme(end, dimension, names[k]))));
}

function decision(name, one) {
  if (!one) return h("div", { class: "decision none" }, h("h2", {}, name), h("p", { class: "note" }, "not recorded yet"));
  return h("div", { class: "decision" }, h("h2", {}, name),
    h("p", { class: "level" }, h("b", {}, one.level), h("span", {}, one.words)),
    one.reason && h("blockquote", {}, h("p", {}, one.reason)));
}

function screenDecided(app) {
  const { dimension, agreed, desired, finding } = app.get("scene");
  return h("section", { class: "screen decided" },
    h("div", { class: "headline" }, h("p", { class: "eyebrow" }, dimension.name),
      h("h1", {}, agreed ? `Agreed: level ${agreed.level}` : "No level is agreed yet"),
      h("p", { class: "objective" }, finding && `What the ratings said: ${finding.title}`)),
    h("div", { class: "pair even" }, decision("The level today", agreed), decision("The level we want", desired)));
}
