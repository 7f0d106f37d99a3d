// The buttons of the map, after its parts said what they offer. Those that the page does not ask for are left out.
import { iconButton, make } from "./elements.js";
import { t } from "./words.js";

const DEFAULT = "layers full";

export function notes(board) {
  const box = make("p", { class: "cg-mapnote", role: "status", hidden: true });
  board.el.append(box);
  board.note = (text) => {
    box.textContent = text;
    box.hidden = false;
    clearTimeout(board.noted);
    board.noted = setTimeout(() => { box.hidden = true; }, 5000);
  };
  board.hear("failed", ({ code }) => board.note(t("{0} does not answer", board.entries.get(code)?.name ?? code)));
}

function fullScreen(board) {
  const toggle = () => {
    if (document.fullscreenElement === board.el) document.exitFullscreen();
    else board.el.requestFullscreen?.().catch(() => board.note(t("This browser does not offer a full screen")));
  };
  board.buttons.push({ tool: "full", icon: "maximize", label: t("Full screen"), act: toggle });
}

function locateMe(board) {
  const { ol, map } = board;
  const here = ({ coords }) => {
    board.mark(coords.longitude, coords.latitude, t("You, within {0} m", Math.round(coords.accuracy)));
    map.getView().animate({ center: ol.proj.fromLonLat([coords.longitude, coords.latitude]), zoom: 18, duration: 200 });
  };
  const why = { 1: t("The browser may not tell where you are"), 2: t("Your place is not known"), 3: t("Your place is not known") };
  board.buttons.push({
    tool: "locate", icon: "current-location", label: t("Where am I"),
    act: () => navigator.geolocation?.getCurrentPosition(here, (error) => board.note(why[error.code]), { enableHighAccuracy: true, timeout: 15000 }),
  });
}

function home(board) {
  if (board.found.extent) board.buttons.push({ tool: "home", icon: "home", label: t("The whole city"), act: () => board.fit() });
}

export function tools(board) {
  fullScreen(board);
  locateMe(board);
  home(board);
  const wanted = (board.data.mapTools ?? DEFAULT).split(/\s+/).filter(Boolean);
  if (board.data.mapDraw) wanted.unshift("draw");
  const shown = board.buttons.filter((one) => wanted.includes(one.tool));
  if (!shown.length) return;
  const made = new Map();
  const bar = make("div", { class: "cg-maptools", role: "toolbar", "aria-label": t("Map tools"), "aria-orientation": "vertical" },
    shown.map((one) => {
      const button = iconButton(one.icon, one.label, one.act, { "data-tool": one.tool, "aria-expanded": one.expanded === undefined ? null : String(one.expanded) });
      if (!made.has(one.tool)) made.set(one.tool, button);
      return button;
    }));
  bar.addEventListener("keydown", (e) => {
    const all = [...bar.children], step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    e.preventDefault();
    e.stopPropagation();
  });
  board.toolOf = (name) => made.get(name);
  board.el.append(bar);
}
