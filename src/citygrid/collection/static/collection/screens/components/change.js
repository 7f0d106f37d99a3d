// Asking for a change of a component: facts, state, place, gone, or a new one; with a photo, for approval by somebody else.
import { on } from "../../core/bus.js";
import * as frame from "../../core/frame.js";
import { html, icon, live, nothing, render } from "../../core/html.js";
import * as place from "../../core/place.js";
import * as screens from "../../core/screens.js";
import { metres as far, t } from "../../core/words.js";
import { Camera } from "../camera/camera.js";
import { kind } from "../queue/kinds.js";
import { Draft, load } from "../report/draft.js";
import { Pictures } from "../report/pictures.js";
import { placeFacts } from "../report/report.js";
import { queued } from "../report/sending.js";
import { card, cards, changed, fieldsOf } from "./known.js";

export const SCREEN = "component";
const TITLES = { attributes: "Facts are other", state: "Its state is other", move: "It stands elsewhere", missing: "It is gone", new: "A new component" };
const WITH_PLACE = ["move", "new"];
const WITHOUT_PHOTO = ["attributes"];
const draftId = (code, what) => `component ${code} ${what}`;

class ChangeScreen {
  constructor(root, known, one, draft) {
    Object.assign(this, { root, known, one, draft, lacks: [], busy: false, camera: null, left: false, typed: "" });
    this.pictures = new Pictures(() => this.paint());
    this.stops = [place.watch(), on("place", () => this.located())];
    this.hidden = () => document.hidden && this.draft.flush();
    document.addEventListener("visibilitychange", this.hidden);
    this.located();
  }

  get fields() {
    const { what, class_id: classId } = this.draft.data;
    const all = fieldsOf(this.known, classId);
    if (what === "state") return all.filter((one) => one.name === "state");
    return what === "attributes" || what === "new" ? all.filter((one) => what === "new" || one.name !== "state") : [];
  }

  located() {
    const fix = place.newest();
    const { place: spot, what } = this.draft.data;
    if (fix && WITH_PLACE.includes(what) && (!spot || fix.accuracy < spot.accuracy)) this.draft.change({ place: { lon: fix.lon, lat: fix.lat, accuracy: fix.accuracy } });
    this.paint();
  }

  async shoot() {
    this.camera?.end();
    this.camera = new Camera(this.root.querySelector("[data-camera]"), { taken: (blob, facts) => this.taken(blob, facts) });
    await this.camera.start();
  }

  async taken(blob, facts) {
    try {
      await this.draft.take("photos", blob, { ...facts, ...placeFacts(place.newest()) });
    } catch (error) {
      frame.say(error.message, { tone: "bad", seconds: 12 });
      return;
    }
    this.camera?.end();
    this.camera = null;
    render(nothing, this.root.querySelector("[data-camera]"));
    this.lacks = [];
    this.paint();
  }

  change(patch) {
    this.draft.change(patch);
    this.lacks = [];
    this.paint();
  }

  missing(cells) {
    const { what, class_id: classId, photos, place: spot, reason } = this.draft.data;
    const lacks = [];
    if (what === "new" && !classId) lacks.push(t("Choose the class."));
    if (WITH_PLACE.includes(what) && !spot) lacks.push(t("The place is not known yet: go where the sky is open."));
    if (["attributes", "state"].includes(what) && !Object.keys(cells).length) lacks.push(t("Nothing differs from what is known."));
    if (!WITHOUT_PHOTO.includes(what) && !photos.length) lacks.push(t("A photo is needed."));
    if (!reason.trim()) lacks.push(t("Say in a few words why."));
    return lacks;
  }

  async send() {
    if (this.busy) return;
    const { data } = this.draft;
    const cells = changed(this.fields, this.one?.cells ?? {}, data.cells);
    this.lacks = this.missing(cells);
    if (this.lacks.length) {
      this.paint();
      this.root.querySelector("[data-lacks]")?.focus();
      return;
    }
    this.busy = true;
    this.paint();
    const spot = WITH_PLACE.includes(data.what) ? { lon: data.place.lon, lat: data.place.lat } : {};
    const name = this.known.classes[data.class_id]?.name ?? "";
    try {
      await queued(this.draft, {
        kind: "component_change", replaces: data.replaces ?? null,
        shown: { title: [name, t(TITLES[data.what])].filter(Boolean).join(" · "), text: this.one?.code ?? data.reason },
        data: { kind: data.what, code: this.one?.code ?? "", class_id: data.class_id, cells, reason: data.reason.trim(), ...spot },
      });
      frame.say(navigator.onLine ? t("Queued. It is being sent.") : t("Queued. It goes out when there is a network."), { tone: "good" });
      if (!this.left) screens.go("components");
    } catch (error) {
      frame.say(error.message, { tone: "bad", seconds: 12 });
    } finally {
      this.busy = false;
      this.paint();
    }
  }

  field({ name, title, type, choices }) {
    const value = this.draft.data.cells[name] ?? this.one?.cells[name] ?? "";
    const set = (event) => this.change({ cells: { ...this.draft.data.cells, [name]: event.target.value } });
    if (type === "choice" || type === "bool") {
      const offered = type === "bool" ? [["true", t("Yes")], ["false", t("No")]] : choices;
      return html`<label class="field"><span>${title}</span><select @change=${set}><option value="" ?selected=${!value}></option>${offered.map(([code, words]) => html`<option value=${code} ?selected=${code === value}>${words}</option>`)}</select></label>`;
    }
    const kinds = { number: "number", date: "date" };
    return html`<label class="field"><span>${title}</span><input type=${kinds[type] ?? "text"} step="any" maxlength="255" .value=${live(value)} @input=${set}></label>`;
  }

  classes() {
    const words = this.typed.trim().toLowerCase();
    const fits = Object.entries(this.known.classes).filter(([, one]) => words && one.name.toLowerCase().includes(words)).slice(0, 8);
    const chosen = this.known.classes[this.draft.data.class_id]?.name;
    return html`<label class="field"><span>${t("Class")}${chosen ? `: ${chosen}` : " *"}</span><input type="search" data-class .value=${this.typed} @input=${(e) => { this.typed = e.target.value; this.paint(); }}></label>
      ${fits.length ? html`<div class="list">${fits.map(([id, one]) => html`<button type="button" @click=${() => { this.typed = ""; this.change({ class_id: id, cells: {} }); }}><span>${one.name}</span></button>`)}</div>` : nothing}`;
  }

  paint() {
    if (this.left) return;
    const { data } = this.draft;
    const fields = this.fields;
    render(html`
      <section class="card"><h2>${t(TITLES[data.what])}</h2>
        ${this.one ? html`<p>${this.one.class_name} <span class="quiet">${this.one.code}</span></p>` : this.classes()}
        ${WITH_PLACE.includes(data.what) ? html`<p>${icon("map-pin")} ${data.place ? t("Stand beside it: your place is taken, ±{far}", { far: far(data.place.accuracy ?? 0) }) : t("Looking for the place …")}
          <button type="button" class="button small" @click=${() => this.change({ place: null }) || this.located()}>${t("Take it again")}</button></p>` : nothing}
        ${data.said ? html`<p class="why">${t("Refused: {why}", { why: data.said })}</p>` : nothing}</section>
      <section class="card">${data.photos.length ? this.pictures.strip(data.photos, { label: t("Photos"), remove: (id) => this.draft.remove("photos", id).then(() => this.paint()) }) : nothing}
        <div data-camera></div>
        ${this.camera ? nothing : html`<button type="button" class="button plain" @click=${() => this.shoot()}>${icon("camera")}<span>${data.photos.length ? t("Another photo") : t("Photo")}</span></button>`}</section>
      ${fields.length ? html`<section class="card" data-fields>${fields.map((one) => this.field(one))}</section>` : nothing}
      <label class="field"><span>${t("Why, in a few words")} *</span><textarea rows="2" maxlength="400" data-reason .value=${live(data.reason)} @input=${(e) => this.change({ reason: e.target.value })}></textarea></label>
      ${this.lacks.length ? html`<div class="card bad" role="alert" tabindex="-1" data-lacks>${this.lacks.map((one) => html`<p>${one}</p>`)}</div>` : nothing}
      <div class="foot"><button type="button" class="button main" data-send ?disabled=${this.busy} @click=${() => this.send()}>${icon("send")}<span>${t("Ask for the change")}</span></button></div>`, this.root);
  }

  async end() {
    this.left = true;
    document.removeEventListener("visibilitychange", this.hidden);
    this.stops.forEach((stop) => stop());
    this.camera?.end();
    this.pictures.end();
    await this.draft.flush();
  }
}

async function show(root, { code, kind: asked }) {
  const known = await cards();
  const one = code === "new" ? null : await card(code);
  if (code !== "new" && !one) return screens.go("components");
  const what = one ? (asked in TITLES && asked !== "new" ? asked : "state") : "new";
  const empty = { what, class_id: one?.class_id ?? "", cells: {}, photos: [], place: null, reason: "" };
  const id = draftId(code, what);
  const draft = (await load(id)) ?? new Draft({ id, screen: SCREEN, data: empty });
  const screen = new ChangeScreen(root, known, one, draft);
  return () => screen.end();
}

// A refused change is asked for again with what it held.
async function correct(entry) {
  const { kind: what, code, class_id: classId, cells, reason, lon, lat } = entry.data;
  const name = code || "new";
  const spot = lon == null ? null : { lon, lat, accuracy: 9999 };
  const data = { what, class_id: classId, cells, reason, place: spot, photos: entry.files, replaces: entry.id, said: entry.message };
  await new Draft({ id: draftId(name, what), screen: SCREEN, data }).save();
  screens.go(`components/${name}/change?kind=${what}`);
}

screens.register({ path: "components/:code/change", title: "Change of a component", icon: "qrcode", render: show });
kind("component_change", { name: () => t("Change of a component"), correct });
