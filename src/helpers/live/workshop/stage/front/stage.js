// The page itself: made once, then kept in step with what the kernel says.

const TRAITS = ["place", "scene", "overview", "people", "phones", "files", "outcome", "priorities", "choices", "levels_svg", "spider_svg"];

function makeApp(model, root) {
  const app = { model, root, ui: { screen: "" }, get: (name) => model.get(name), ask: (message) => (app.isLost ? app.unsent() : model.send(message)) };
  app.store = `care-atlas-${app.get("place").key}`;
  app.keep = () => { try { sessionStorage.setItem(app.store, JSON.stringify({ ...app.ui, look: app.look || "" })); } catch { /* private mode */ } };
  app.screen = () => {
    const base = app.get("scene").screen || "waiting";
    if (app.ui.screen === "arguments") return app.get("scene").finding?.n ? "arguments" : base;
    return app.ui.screen || base;
  };
  app.go = (screen) => { app.ui.screen = screen; app.keep(); app.paint(); app.parts.main.focus({ preventScroll: true }); };
  app.show = (code) => { if (app.ask({ do: "look", dimension: code }) === false) return; app.look = code; app.ui.screen = ""; app.keep(); };
  app.step = (way) => {
    const codes = app.get("overview").map((row) => row.code), at = codes.indexOf(app.get("scene").dimension?.code);
    app.show(codes[Math.min(codes.length - 1, Math.max(0, at + way))]);
  };
  app.full = () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.()?.catch(() => {}));
  app.say = (text, kind = "calm") => tell(app, { text, kind });
  app.unsent = () => { app.unsentAt = Date.now(); app.say("The connection is lost; nothing was sent.", "fault"); return false; };
  return app;
}

function skeleton(app) {
  const parts = {
    header: h("header", { class: "top" }),
    main: h(app.isAlone ? "main" : "div", { class: "room", tabindex: -1 }),
    bar: h("nav", { class: "bar", "aria-label": "What the presenter can do" }),
    notice: h("div", { class: "notices", role: "status" }),
    live: h("div", { class: "unseen-text", "aria-live": "polite" }),
    panel: h("div", { class: "panels" }),
  };
  app.root.append(parts.header, parts.main, parts.bar, parts.notice, parts.live, parts.panel);
  return parts;
}

function header(app) {
  const about = app.get("place"), scene = app.get("scene"), s = situation(app);
  return [
    h("p", { class: "where" }, h("b", {}, about.region), h("span", {}, about.day)),
    about.is_practice && h("p", { class: "practice" }, "Practice: this panel is simulated"),
    h("p", { class: "when" },
      s.elsewhere && `${s.elsewhere.name} is still open`,
      app.screen() !== "rating" && scene.round?.timer && h("span", { class: "timer", "data-timer": true })),
  ].filter(Boolean);
}

function paint(app) {
  const { parts } = app, scene = app.get("scene"), now = JSON.stringify([scene.dimension?.code, scene.round?.number, scene.round?.phase, scene.ended]);
  if (app.last && app.last !== now) { app.ui.screen = ""; app.look = scene.dimension?.code === scene.current ? "" : app.look; app.keep(); }
  app.last = now;
  if (app.waiting && JSON.stringify(scene[app.waiting.kind]) !== app.waiting.before) { app.waiting = null; app.ui.screen = "decided"; app.keep(); }
  const name = app.screen();
  place(parts.header, JSON.stringify([app.get("place"), scene.open, scene.dimension?.code, scene.round, name]), () => header(app));
  const shows = JSON.stringify([name, scene, app.get("people").n, app.get("phones"), app.get("people").by_sector, app.get("overview"),
    app.get("outcome"), app.get("priorities"), app.get("levels_svg").length, app.get("spider_svg")]);
  if (place(parts.main, shows + app.get("levels_svg"), () => SCREENS[name](app))) parts.main.dataset.screen = name;
  const can = situation(app);
  place(parts.bar, JSON.stringify([name, natural(can), can.isThrough, Boolean(app.isLost), Boolean(document.fullscreenElement), ACTIONS.map((a) => a.can(can) && a.label(can))]), () => bar(app));
  announce(app, name);
  tick(app);
  refreshPanel(app);
}

function announce(app, name) {
  const scene = app.get("scene");
  const said = name === "rating" ? `${scene.answered.n} of ${scene.answered.of} have answered` : app.parts.main.querySelector("h1")?.textContent || "";
  if (app.said !== said) app.parts.live.textContent = app.said = said;
}

function tick(app) {
  const timer = app.get("scene").round?.timer, left = timer ? (timer.ends - Date.now()) / 1000 : 0;
  if (timer && left <= 0 && app.left > 0) app.say("Time is up.");
  app.left = timer ? left : 0;
  for (const node of app.root.querySelectorAll("[data-timer]")) {
    const words = timer ? (left > 0 ? clock(left) : "Time is up") : "";
    if (node.textContent !== words) node.textContent = words;
    node.classList.toggle("short", Boolean(timer) && left <= 10);
  }
}

function tell(app, { text, kind }) {
  if (!text) return;
  const note = h("p", { class: `notice ${kind || "calm"}` }, text);
  app.parts.notice.replaceChildren(note);
  clearTimeout(app.fading);
  app.fading = setTimeout(() => note.remove(), kind === "fault" ? 15000 : kind === "good" ? 4000 : 8000);
}

function render({ model, el }) {
  const isAlone = document.body.dataset.voila === "voila" || Boolean(document.querySelector("[data-voila]"));
  const root = h("div", { class: `atlas-stage ${isAlone ? "alone" : "inside"}`, lang: "en", tabindex: isAlone ? undefined : 0, "data-lm-suppress-shortcuts": "true" });
  el.append(root);
  document.getElementById("loading")?.remove();
  const app = makeApp(model, root);
  app.isAlone = isAlone;
  app.parts = skeleton(app);
  let asked = 0;
  app.paint = () => { cancelAnimationFrame(asked); asked = 0; paint(app); };
  const later = () => { asked ||= document.hidden ? setTimeout(app.paint) : requestAnimationFrame(app.paint); };
  for (const name of TRAITS) model.on(`change:${name}`, later);
  model.on("change:notice", () => { app.waiting = null; tell(app, app.get("notice")); });
  const sized = new ResizeObserver(() => root.style.setProperty("--u", `${Math.min(root.clientWidth / 1920, root.clientHeight / 1080)}px`));
  sized.observe(root);
  const keys = (event) => onKey(app, event);
  (isAlone ? document : root).addEventListener("keydown", keys);
  document.addEventListener("fullscreenchange", later);
  const ticking = setInterval(() => tick(app), 200), unlink = link(app);
  restore(app);
  app.paint();
  return () => { sized.disconnect(); clearInterval(ticking); unlink(); document.removeEventListener("keydown", keys); document.removeEventListener("fullscreenchange", later); };
}

function restore(app) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(app.store) || "{}");
    if (app.get("scene").ended) kept.look = "";
    if (kept.look && kept.look !== app.get("scene").current) return app.show(kept.look);
    if (kept.screen in SCREENS) app.ui.screen = kept.screen;
    if (kept.screen === "priorities") app.ask({ do: "rank" });
  } catch { /* nothing kept */ }
}

export default { render };
