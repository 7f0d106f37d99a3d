// Rules by a property of the features: one row for each value, with its name in the legend, colour and icon.
import { make, iconButton } from "../web/map/elements.js";
import { t } from "../web/map/words.js";

const COLOURS = ["#0b5cad", "#b3261e", "#1a7f37", "#9a5b00", "#6b4fa0", "#0b7285", "#c2187f", "#5b6773", "#8a6d3b", "#3d86b8"];
const PART = { point: "symbol", line: "line", polygon: "fill", mixed: "line" };

export function ruleTable(editor) {
  const { style, geometry } = editor, rules = style.rules ?? [], name = PART[geometry] ?? "symbol";
  const box = make("fieldset", { class: "cg-part" }, make("legend", {}, t("Signs by class")));
  if (rules.length) box.append(table(editor, rules, name));
  const properties = editor.entry?.properties ?? [], chosen = Object.keys(rules[0]?.where ?? {})[0] ?? properties[0]?.name ?? "";
  const by = make("select", { class: "form-select", "aria-label": t("Property") }, properties.map((p) => make("option", { value: p.name, selected: p.name === chosen }, p.title || p.name)));
  const add = (values) => {
    style.rules = [...rules, ...values.map((value, i) => ({ where: { [by.value]: value }, name: String(value), [name]: { color: COLOURS[(rules.length + i) % COLOURS.length] } }))];
    editor.changed(true);
  };
  const button = (label, act) => make("button", { type: "button", class: "btn btn-sm", on: { click: act } }, label);
  box.append(make("div", { class: "cg-controls" }, make("label", {}, t("Property"), by),
    button(t("Add a rule"), () => add([""])),
    button(t("One for each value on the map"), () => add(seen(editor, by.value).filter((value) => !rules.some((r) => [r.where?.[by.value]].flat().map(String).includes(String(value))))))));
  return box;
}

// The values that the preview has loaded, the commonest first.
function seen(editor, property) {
  const board = editor.map?.board, layer = board?.layers.get(editor.el.dataset.code), counts = new Map();
  const everywhere = board.map.getView().calculateExtent(board.map.getSize());
  const source = layer?.getSource(), features = layer?.getFeaturesInExtent?.(everywhere) ?? source?.getSource?.().getFeatures() ?? [];
  for (const feature of features) {
    const value = feature.get(property);
    if (value !== undefined && value !== null && value !== "") counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, 30).map(([value]) => value);
}

function table(editor, rules, part) {
  const text = (rule, key, label, shown, keep) => {
    const field = make("input", { type: "text", class: "form-control", value: shown, "aria-label": label });
    field.addEventListener("input", () => { keep(field.value); editor.changed(); });
    return make("td", {}, field);
  };
  const rows = rules.map((rule, i) => {
    const where = Object.keys(rule.where)[0] ?? "";
    const colour = make("input", { type: "color", class: "form-control form-control-color", value: rule[part]?.color ?? editor.style[part]?.color ?? "#000000", "aria-label": t("Colour") });
    colour.addEventListener("input", () => { rule[part] = { ...rule[part], color: colour.value }; editor.changed(); });
    const move = (by) => { rules.splice(i + by, 0, ...rules.splice(i, 1)); editor.changed(true); };
    return make("tr", {},
      text(rule, where, where, [rule.where[where]].flat().join(", "), (v) => {
        const values = v.split(/\s*[,，]\s*/).filter(Boolean);
        rule.where[where] = values.length > 1 ? values : values[0] ?? "";
      }),
      text(rule, "name", t("Name in the legend"), rule.name ?? "", (v) => { rule.name = v; }),
      text(rule, "name_en", t("In English"), rule.name_en ?? "", (v) => { rule.name_en = v; }),
      make("td", {}, colour),
      part === "symbol" ? text(rule, "icon", t("Icon"), rule.symbol?.icon ?? "", (v) => { rule.symbol = { ...rule.symbol, icon: v }; }) : null,
      make("td", { class: "cg-nowrap" }, iconButton("chevron-up", t("Up"), () => move(-1), { class: "btn btn-sm btn-icon", disabled: i === 0 }),
        iconButton("chevron-down", t("Down"), () => move(1), { class: "btn btn-sm btn-icon", disabled: i === rules.length - 1 }),
        iconButton("trash", t("Remove"), () => { rules.splice(i, 1); editor.changed(true); }, { class: "btn btn-sm btn-icon" })));
  });
  const heads = [t("Values"), t("Name in the legend"), t("In English"), t("Colour"), part === "symbol" ? t("Icon") : null, ""].filter((one) => one !== null);
  return make("table", { class: "cg-ruletable" }, make("thead", {}, make("tr", {}, heads.map((one) => make("th", {}, one)))), make("tbody", {}, rows));
}
