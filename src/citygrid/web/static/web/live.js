// Live push: an EventSource to <meta name="push-url">. A message carries ids only ({"topics": [...], "case": ...}), event
// `changed` or `reload`. Elements hear what their data-live names: `mine` what comes into or leaves the own work list,
// `desk` every change that this person may hear of, `case:<uuid>` those of one case, `notices` what is told to the person or
// the post. Each asks the server for itself again (hx-trigger="live"): at once when it has been quiet, else once in a
// while; not while the page is hidden or a dialog is open, but then. Many who hear the same (`of`) do not ask in the same
// moment.
const dot = document.getElementById("cg-live");
const url = document.querySelector('meta[name="push-url"]')?.content;
const FIRST = 50, EVERY = 2000, EACH = 4, MOST_SPREAD = 2000;
const waiting = new Map(), asked = new WeakMap(), missed = new Set();

function show(state) {
  if (!dot) return;
  dot.dataset.state = state;
  dot.hidden = false;
  const words = dot.dataset[state === "on" ? "on" : "off"];
  dot.title = words;
  dot.querySelector(".cg-sr").textContent = words;
}

const busy = () => document.hidden || document.querySelector("dialog[open]");
const key = (el) => el.id || el;
const element = (name) => (typeof name === "string" ? document.getElementById(name) : name);

function refresh(el, of = 0) {
  const name = key(el);
  if (waiting.has(name)) return;
  const quiet = performance.now() - (asked.get(document.body)?.get(name) ?? -EVERY);
  const spread = Math.random() * Math.min(of * EACH, MOST_SPREAD);
  waiting.set(name, setTimeout(() => {
    waiting.delete(name);
    const now = element(name);
    if (!now?.isConnected) return;
    if (busy()) { missed.add(name); return; }
    note(name);
    window.htmx?.trigger(now, "live");
  }, Math.max(FIRST, EVERY - quiet) + spread));
}

function note(name) {
  if (!asked.has(document.body)) asked.set(document.body, new Map());
  asked.get(document.body).set(name, performance.now());
}

// What was heard meanwhile is asked for when the page can be renewed again.
function caught() {
  if (busy()) return;
  const names = [...missed];
  missed.clear();
  for (const name of names) if (element(name)) refresh(element(name));
}
document.addEventListener("visibilitychange", caught);
document.addEventListener("close", () => setTimeout(caught), true);

function all() {
  for (const el of document.querySelectorAll("[data-live]")) refresh(el, 100);
}
// A page that the browser kept may be old.
addEventListener("pageshow", (event) => { if (event.persisted) all(); });

const kinds = { mine: /^(queue|person):/, notices: /^(person|post):/ };
const concerns = (words, note) => words.split(" ").some((word) =>
  word === "desk" || word === `case:${note.case}` || (word === "notices" && !note.case) ||
  (kinds[word] && (note.topics ?? []).some((topic) => kinds[word].test(topic))));

function heard(event) {
  let note;
  try { note = JSON.parse(event.data); } catch { return; }
  if (event.type === "reload") { all(); return; }
  for (const el of document.querySelectorAll("[data-live]")) if (concerns(el.dataset.live, note)) refresh(el, note.of);
}

// What a page asks by itself says so: nobody need be there, and an idle session is to end.
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (["live", "every"].includes(ctx.sourceEvent?.type)) ctx.request.headers["CityGrid-Unattended"] = "1";
});

let source = null, lost = false, wait = 0;

function connect() {
  // The cases that this page shows; the server lets it hear those that the person may see.
  const topics = [...document.querySelectorAll("[data-live]")].flatMap((el) => el.dataset.live.split(" "));
  const cases = [...new Set(topics)].filter((t) => t.startsWith("case:")).map((t) => ["case", t.slice(5)]);
  source = new EventSource(cases.length ? `${url}?${new URLSearchParams(cases)}` : url, { withCredentials: true });
  source.addEventListener("open", () => {
    show("on");
    wait = 0;
    if (lost) all(); // something may have happened meanwhile
    lost = false;
  });
  source.addEventListener("error", () => {
    show("off");
    lost = true;
    if (source.readyState !== EventSource.CLOSED) return; // it tries again by itself
    wait = Math.min((wait || 2500) * 2, 60000);
    setTimeout(connect, wait * (0.5 + Math.random()));
  });
  for (const kind of ["changed", "reload", "message"]) source.addEventListener(kind, heard);
}

if (url) {
  connect();
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
}
