// Live push: an EventSource to <meta name="push-url">. A message carries ids only ({"case": ...}), event `changed` or
// `reload`. Elements with data-live="desk" hear every change that this person may hear of, data-live="case:<uuid>" those
// of one case; each asks the server for itself again (hx-trigger="live").
const dot = document.getElementById("cg-live");
const url = document.querySelector('meta[name="push-url"]')?.content;
const waiting = new Map();

function show(state) {
  if (!dot) return;
  dot.dataset.state = state;
  dot.hidden = false;
  const words = dot.dataset[state === "on" ? "on" : "off"];
  dot.title = words;
  dot.querySelector(".cg-sr").textContent = words;
}

function refresh(el) {
  // Several messages in a moment make one request; not while somebody types or works in it.
  clearTimeout(waiting.get(el));
  waiting.set(el, setTimeout(() => {
    waiting.delete(el);
    if (!el.isConnected || document.querySelector("dialog[open]")) return;
    window.htmx?.trigger(el, "live");
  }, 300));
}

function heard(event) {
  let note;
  try { note = JSON.parse(event.data); } catch { return; }
  const all = event.type === "reload";
  for (const el of document.querySelectorAll("[data-live]")) {
    // The bell hears what is not about a case on a page: a notice is told by its reader's own topic alone.
    const told = (t) => t === "desk" || (t === "notices" ? !note.case : t === `case:${note.case}`);
    if (all || el.dataset.live.split(" ").some(told)) refresh(el);
  }
}

// What a page asks by itself says so: nobody need be there, and an idle session is to end.
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (["live", "every"].includes(ctx.sourceEvent?.type)) ctx.request.headers["CityGrid-Unattended"] = "1";
});

if (url) {
  // The cases that this page shows; the server lets it hear those that the person may see.
  const topics = [...document.querySelectorAll("[data-live]")].flatMap((el) => el.dataset.live.split(" "));
  const cases = [...new Set(topics)].filter((t) => t.startsWith("case:")).map((t) => ["case", t.slice(5)]);
  const source = new EventSource(cases.length ? `${url}?${new URLSearchParams(cases)}` : url, { withCredentials: true });
  source.addEventListener("open", () => show("on"));
  source.addEventListener("error", () => show("off"));
  for (const kind of ["changed", "reload", "message"]) source.addEventListener(kind, heard);
  addEventListener("pagehide", () => source.close());
}
