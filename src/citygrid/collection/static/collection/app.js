// Begins the app: words and look first, then the screens, then what goes on by itself (sending, the pack, the worker).
// A new screen is a module that registers itself; it is named in SCREENS. One that does not load stops no other: what is
// queued goes out all the same.
import * as files from "./core/files.js";
import * as frame from "./core/frame.js";
import { fetchAhead } from "./core/map_base.js";
import { LIBRARY } from "./core/map.js";
import * as look from "./core/look.js";
import * as outbox from "./core/outbox.js";
import * as pack from "./core/pack.js";
import * as room from "./core/room.js";
import * as update from "./core/update.js";
import * as people from "./core/who.js";
import * as words from "./core/words.js";
import { on } from "./core/bus.js";

const SCREENS = [
  "./screens/signin/signin.js",
  "./screens/report/report.js",
  "./screens/tasks/list.js",
  "./screens/tasks/task.js",
  "./screens/patrol/patrol.js",
  "./screens/surveys/surveys.js",
  "./screens/components/components.js",
  "./screens/me/me.js",
  "./screens/me/leave.js",
  "./screens/me/lists.js",
  "./screens/queue/queue.js",
  "./screens/settings/settings.js",
  "./screens/help/help.js",
];
const REFRESH = 300_000;
const QUIET = 10_000; // what is needed first has the line for itself
const HOUR = 3_600_000;

async function begin() {
  await Promise.all([words.start(), look.start()]);
  for (const one of await Promise.allSettled(SCREENS.map((path) => import(path)))) {
    if (one.status === "rejected") console.error(one.reason);
  }
  await frame.start();
  const installed = update.start();
  await people.refresh().catch(() => {});
  outbox.start();
  await pack.keepFresh(REFRESH);
  await installed;
  setTimeout(() => fetchAhead(LIBRARY).catch(() => {}), QUIET);
  await room.tidy();
  setInterval(room.tidy, HOUR);
  for (const name of ["who", "words"]) on(name, () => pack.refresh().catch(() => {}));
}

begin().catch((error) => {
  const note = document.createElement("p");
  note.className = "starting";
  note.textContent = globalThis.isSecureContext
    ? `这个应用打不开：${error.message} · The app cannot start: ${error.message}`
    : "请用 https 地址打开本应用。 · Open this app by its https address.";
  document.querySelector("#app").replaceChildren(note);
});

// For browser tests of the core itself, and for looking into a device by hand.
Object.assign(globalThis, { collector: { files, outbox, pack, people, room, words } });
