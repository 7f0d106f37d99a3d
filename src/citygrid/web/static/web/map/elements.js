// Small things of pages: an element in one call, text made safe for HTML, an icon button.
export function make(name, attributes = {}, ...inside) {
  const el = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "on") for (const [event, act] of Object.entries(value)) el.addEventListener(event, act);
    else el.setAttribute(key, value === true ? "" : value);
  }
  el.append(...inside.flat().filter((one) => one !== null && one !== undefined));
  return el;
}

export function escaped(text) {
  return make("span", {}, String(text)).innerHTML;
}

export function iconButton(icon, label, act, more = {}) {
  const i = make("i", { class: `ti ti-${icon}`, "aria-hidden": "true" });
  return make("button", { type: "button", title: label, "aria-label": label, on: { click: act }, ...more }, i);
}
