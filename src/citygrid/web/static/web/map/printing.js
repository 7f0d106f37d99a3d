// A sheet of paper: title, map, scale, north, date and where the data comes from.
import { iconButton, make } from "./elements.js";
import { t } from "./words.js";

const SHEETS = { landscape: [1040, 640], portrait: [680, 940] };

export function printing(board) {
  const { el, map } = board;
  board.buttons.push({ tool: "print", icon: "printer", label: t("Print"), act: () => ask() });

  function ask() {
    if (el.querySelector(".cg-printask")) return;
    const title = make("input", { class: "form-control", name: "title", value: document.querySelector("h1")?.textContent.trim() ?? "", maxlength: "80" });
    const form = make("select", { class: "form-select", name: "form" }, make("option", { value: "landscape" }, t("Landscape")), make("option", { value: "portrait" }, t("Portrait")));
    const box = make("form", { class: "cg-printask", on: { submit: (e) => { e.preventDefault(); box.remove(); print(title.value, form.value); } } },
      make("label", {}, t("Title"), title), make("label", {}, t("Sheet"), form),
      make("span", {}, make("button", { class: "btn btn-sm btn-primary" }, t("Print")), iconButton("x", t("Cancel"), () => box.remove(), { class: "btn btn-sm" })));
    el.append(box);
    title.focus();
    board.onEscape(() => box.isConnected && (box.remove(), true));
  }

  // The page itself becomes the sheet while it is printed, so that what is on paper is what was drawn.
  function print(title, form) {
    const sheet = make("div", { class: `cg-sheet ${form}` }), place = make("span", { hidden: true });
    const [width, height] = SHEETS[form];
    const credits = [...new Set(board.found.layers.filter((e) => board.shows(e.code)).map((e) => e.attribution).filter(Boolean))].join(" · ");
    el.before(place);
    document.body.append(sheet);
    const view = map.getView(), before = view.getResolution(), held = view.getCenter();
    const north = make("span", { class: "cg-north", role: "img", "aria-label": t("North is up") }, make("i", { class: "ti ti-arrow-narrow-up", "aria-hidden": "true" }), t("N"));
    sheet.append(make("h1", {}, title), el, north,
      make("p", { class: "cg-sheetfoot" }, make("span", {}, credits), make("span", {}, t("Printed {0}", new Date().toLocaleString(document.documentElement.lang)))));
    Object.assign(el.style, { width: `${width}px`, height: `${height}px` });
    document.body.classList.add("cg-printing");
    map.updateSize();
    view.setCenter(held);
    const back = () => {
      window.removeEventListener("afterprint", back);
      document.body.classList.remove("cg-printing");
      Object.assign(el.style, { width: "", height: "" });
      place.replaceWith(el);
      sheet.remove();
      map.updateSize();
      view.setResolution(before);
      view.setCenter(held);
      board.emit("printed", { title });
    };
    let started = false;
    const start = () => {
      if (started) return;
      started = true;
      window.addEventListener("afterprint", back);
      window.print();
    };
    map.once("rendercomplete", start);
    // A layer that never answers must not hold the sheet.
    setTimeout(start, 8000);
    map.render();
  }
}
