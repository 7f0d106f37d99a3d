// The screens of the app and the way between them.
//
//   register({path: "tasks/:id", title: "Task", icon: "list-check", order: 20, bar: true, render(root, params)})
//     `title` is a sentence of app_words.py. `render` draws into `root` (an empty <div>), may be async, and may give a
//     function that is called when the screen is left. `bar`: stands in the bar at the bottom, by `order`.
//     `open`: may be seen before anybody signed in.
//   go("tasks/7")  back()  here() -> {path, params, screen}  redraw()  title(text): another title for this screen
import { next as visited } from "./visit.js";

const SCREENS = [];
let frame = null;
let shown = null;
let leave = null;
let turn = 0;

export function register(screen) {
  const at = SCREENS.findIndex((one) => one.path === screen.path);
  if (at >= 0) SCREENS.splice(at, 1);
  SCREENS.push({ order: 100, bar: false, open: false, ...screen });
  SCREENS.sort((a, b) => a.order - b.order);
}

export function all() {
  return SCREENS;
}

export function go(path) {
  const wanted = `#/${path}`;
  if (location.hash === wanted) redraw();
  else location.hash = wanted;
}

export function back() {
  if (history.length > 1) history.back();
  else go("");
}

export function here() {
  return shown;
}

export function title(text) {
  if (shown) frame?.titled(text, shown);
}

function match(path) {
  const parts = path.split("/").filter(Boolean);
  for (const screen of SCREENS) {
    const names = screen.path.split("/").filter(Boolean);
    if (names.length !== parts.length) continue;
    const params = {};
    const fits = names.every((name, i) => {
      if (!name.startsWith(":")) return name === parts[i];
      params[name.slice(1)] = decodeURIComponent(parts[i]);
      return true;
    });
    if (fits) return { path, screen, params };
  }
  return null;
}

export async function redraw() {
  turn += 1;
  visited(); // questions of the screen that was there end with it
  const mine = turn;
  const path = location.hash.replace(/^#\/?/, "").split("?")[0];
  const query = Object.fromEntries(new URLSearchParams(location.hash.split("?")[1] ?? ""));
  const found = match(path || (await frame.first())) ?? match("missing");
  const allowed = await frame.allows(found.screen);
  if (mine !== turn) return;
  const next = allowed ? found : match("sign-in");
  if (leave) await Promise.resolve(leave()).catch((error) => console.error(error));
  leave = null;
  if (mine !== turn) return;
  shown = { ...next, params: { ...query, ...next.params } };
  visited(); // so do those that it asked while the next one was looked for
  const root = frame.begin(shown);
  try {
    const left = await next.screen.render(root, shown.params);
    if (mine !== turn) left?.();
    else leave = left ?? null;
  } catch (error) {
    console.error(error);
    if (mine === turn) frame.broken(root, error);
  }
  if (mine === turn) frame.drawn(shown);
}

// Called once by the frame: {first() -> path, allows(screen), begin(shown) -> root, drawn(shown), titled, broken}.
export function start(given) {
  frame = given;
  addEventListener("hashchange", redraw);
  return redraw();
}
