// The card of what was selected: title, layer, properties, link; the next one when several lie at the point.
import { iconButton, make } from "./elements.js";
import { t } from "./words.js";

export function card(board) {
  const body = make("div", { class: "cg-mapcard-body" });
  const count = make("span", { class: "cg-quiet cg-small" });
  const next = iconButton("chevron-right", t("Next"), () => step(1), { class: "btn btn-sm" });
  const close = iconButton("x", t("Close"), () => { self.close(); self.onClose?.(); board.el.focus({ preventScroll: true }); }, { class: "btn btn-sm" });
  const box = make("section", { class: "cg-mapcard", "aria-label": t("Selected"), hidden: true, tabindex: "-1" },
    make("header", {}, count, make("span", { class: "cg-right" }, next, close)), body);
  board.el.append(box);
  let items = [], at = 0, picked = () => {};
  const paint = () => {
    const item = items[at];
    count.textContent = items.length > 1 ? t("{0} of {1}", at + 1, items.length) : item.layerName;
    next.hidden = items.length < 2;
    body.replaceChildren(...content(item, items.length > 1));
    board.say([item.layerName, item.title].filter(Boolean).join(": "));
    picked(item);
  };
  const step = (by) => { at = (at + by) % items.length; paint(); };
  const self = {
    get open() { return !box.hidden; },
    show(list, onPick) {
      if (!list.length) return;
      [items, at, picked] = [list, 0, onPick];
      box.hidden = false;
      paint();
      if (document.activeElement === board.el && board.el.matches(":focus-visible")) box.focus({ preventScroll: true });
    },
    close() { box.hidden = true; },
  };
  return self;
}

function content(item, several) {
  const rows = item.rows.slice(0, 24).flatMap(([title, value]) => [make("dt", {}, String(title)), make("dd", {}, String(value))]);
  return [
    several && item.layerName ? make("p", { class: "cg-quiet cg-small" }, item.layerName) : null,
    make("h3", {}, item.title || t("Without a name")),
    rows.length ? make("dl", { class: "cg-facts" }, rows) : null,
    item.link ? make("a", { class: "btn btn-sm btn-primary", href: item.link }, t("Open")) : null,
  ].filter(Boolean);
}
