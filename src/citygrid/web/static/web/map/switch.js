// The panel of layers: which ground, which layers, what their signs mean. What a person chose is remembered in this browser.
import { iconButton, make } from "./elements.js";
import { legend, swatch } from "./legend.js";
import { isVector } from "./register.js";
import { t } from "./words.js";

let numbered = 0;

function remembered(board) {
  const key = `cg-map:${board.data.mapRemember ?? location.pathname.replace(/[0-9a-f-]{8,}|\d+/g, "*")}`;
  return {
    read() {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    },
    write(value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* a browser that keeps nothing */ } },
  };
}

export function layerSwitch(board) {
  const memory = remembered(board), open = board.data.mapPanel !== undefined && board.el.clientWidth > 640;
  if (!(board.data.mapTools ?? "layers").split(/\s+/).includes("layers")) return;
  const before = memory.read();
  if (before?.flips) {
    const { on } = board.state, flipped = new Set(on);
    for (const [code, shown] of Object.entries(before.flips)) flipped[shown ? "add" : "delete"](code);
    board.start({ on: [...flipped].filter((code) => board.entries.has(code)), base: before.base ?? board.base });
  }
  const flips = { ...before?.flips };
  const panel = make("section", { class: "cg-maplayers", "aria-label": t("Layers"), hidden: !open, tabindex: "-1" });
  const refresh = () => panel.replaceChildren(...content(board, (code, on) => {
    flips[code] = on;
    board.turn(code, on);
    memory.write({ flips, base: board.base });
  }, (base) => {
    board.useBase(base);
    memory.write({ flips, base });
  }, () => show(false)));
  const show = (yes) => {
    panel.hidden = !yes;
    board.el.classList.toggle("cg-haslayers", yes);
    board.toolOf?.("layers")?.setAttribute("aria-expanded", String(yes));
    if (yes) panel.focus({ preventScroll: true });
    else if (panel.contains(document.activeElement)) board.toolOf?.("layers")?.focus();
  };
  refresh();
  board.hear("restored", refresh);
  board.el.append(panel);
  board.el.classList.toggle("cg-haslayers", open);
  board.buttons.unshift({ tool: "layers", icon: "stack-2", label: t("Layers"), act: () => show(panel.hidden), expanded: open });
  board.onEscape(() => {
    if (panel.hidden || !panel.contains(document.activeElement)) return false;
    show(false);
    return true;
  });
}

function content(board, turn, ground, close) {
  const { found } = board, number = ++numbered;
  const parts = [make("header", {}, make("h2", {}, t("Layers")), iconButton("x", t("Close"), close, { class: "btn btn-sm cg-right" }))];
  if (found.failed) parts.push(make("p", { class: "cg-note error" }, t("The layers could not be loaded. Load the page anew.")));
  const over = found.layers.filter((e) => !e.base);
  const groups = [...found.groups, { code: null, name: t("Further layers") }];
  for (const group of groups) {
    const inside = over.filter((e) => (groups.some((g) => g.code === e.group) ? e.group : null) === group.code);
    if (inside.length) parts.push(make("fieldset", {}, make("legend", {}, group.name), inside.map((e) => row(board, e, turn))));
  }
  parts.push(grounds(board, turn, ground, number));
  return parts;
}

function row(board, entry, turn) {
  const signs = isVector(entry) ? legend(entry) : [];
  const box = make("input", { type: "checkbox", checked: board.shows(entry.code), "data-layer": entry.code, on: { change: (e) => turn(entry.code, e.target.checked) } });
  const zooms = entry.min_zoom > 0 ? make("small", { class: "cg-quiet" }, t("from zoom {0}", entry.min_zoom)) : null;
  const line = make("label", { class: "cg-layerrow" }, box, isVector(entry) ? swatch(entry) : make("i", { class: "ti ti-world", "aria-hidden": "true" }), make("span", {}, entry.name), zooms);
  if (!signs.length) return line;
  return make("div", {}, line, make("details", { class: "cg-signs" }, make("summary", {}, t("Legend")), make("ul", {}, signs)));
}

function grounds(board, turn, ground, number) {
  const choices = [
    ...(board.ownBase.length ? [["own", t("City map")]] : []), ...board.otherBase.map((e) => [e.code, e.name]), ["none", t("No base map")],
  ];
  const radios = choices.map(([code, name]) => make("label", { class: "cg-layerrow" },
    make("input", { type: "radio", name: `cg-ground-${number}`, value: code, checked: board.base === code, on: { change: () => ground(code) } }), make("span", {}, name)));
  const inside = board.ownBase.length ? make("details", { class: "cg-signs" }, make("summary", {}, t("Parts of the city map")), board.ownBase.map((e) => row(board, e, turn))) : null;
  return make("fieldset", {}, make("legend", {}, t("Base map")), radios, inside);
}
