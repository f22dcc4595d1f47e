// The tie to the kernel: it hears of the page now and then; where it no longer answers, the page comes back by itself.

const BEAT = 2000, LOST = 10000;

function link(app) {
  const state = { sent: 0, lost: false };
  const beat = () => {
    if (state.sent && Date.now() - state.sent > LOST) lose(app, state);
    state.sent ||= Date.now();
    try { app.model.send({ do: "here" }); } catch { /* the socket is gone; it is seen above */ }
  };
  const heard = () => { state.sent = 0; if (state.lost) { state.lost = app.isLost = false; app.root.classList.remove("lost"); app.paint(); app.say("Connected again.", "good"); } };
  app.model.on("change:heard", heard);
  const gone = () => { try { app.model.send({ do: "gone" }); } catch { /* it has gone before */ } };
  addEventListener("pagehide", gone);
  const beating = setInterval(beat, BEAT);
  beat();
  return () => { clearInterval(beating); removeEventListener("pagehide", gone); app.model.off("change:heard", heard); gone(); };
}

function lose(app, state) {
  if (!state.lost) { state.lost = app.isLost = true; app.root.classList.add("lost"); app.paint(); }
  if (Date.now() - (app.unsentAt || 0) > 5000) app.say(app.isAlone ? "The connection is lost; everything is kept. Connecting again …" : "The kernel does not answer; everything is kept. Run the notebook again.", "fault");
  if (app.isAlone) comeBack();
}

async function comeBack() {
  try {
    const answer = await fetch(`${document.body.dataset.baseUrl}static/voila.js`, { method: "HEAD", cache: "no-store" });
    if (answer.ok) location.reload();
  } catch { /* not yet */ }
}
