// The report: photo, class, send. Everything else on this screen may be left alone.
import { on } from "../../core/bus.js";
import * as drafts from "../../core/drafts.js";
import * as frame from "../../core/frame.js";
import { render } from "../../core/html.js";
import * as place from "../../core/place.js";
import * as screens from "../../core/screens.js";
import { visit } from "../../core/visit.js";
import { t } from "../../core/words.js";
import { Camera } from "../camera/camera.js";
import { record } from "../camera/recorder.js";
import { kind } from "../queue/kinds.js";
import { Draft, load } from "./draft.js";
import { form } from "./form.js";
import { knowledge } from "./known.js";
import { Pictures } from "./pictures.js";
import { throwAway } from "./questions.js";
import { origin } from "./shift.js";
import { send } from "./sending.js";
import { atHand, standing } from "./standing.js";

export const SCREEN = "report";

export const fresh = (act) => new Draft({
  screen: SCREEN,
  data: { kind: act, case: crypto.randomUUID(), photos: [], after: [], sounds: [], films: [], class_id: "", component: "", text: "", address: "", place: null, distinct: false },
});

class ReportScreen {
  constructor(root, draft, known, others) {
    Object.assign(this, { root, draft, known, others, typed: "", all: false, shooting: "", lacks: [], busy: false, recording: null, seconds: 0, cameras: {}, moves: false, here: visit() });
    this.pictures = new Pictures(() => this.paint());
    this.stops = [place.watch(), on("place", () => this.located()), on("pack", () => this.learnt())];
    this.hidden = () => document.hidden && this.draft.flush();
    document.addEventListener("visibilitychange", this.hidden);
  }

  async begin() {
    this.located();
    const first = this.draft.data.photos.length ? "" : "photos";
    await this.shoot(first);
  }

  // The camera for a list of photos; "" puts it away.
  async shoot(list) {
    this.cameras[this.shooting]?.end();
    delete this.cameras[this.shooting];
    this.shooting = list;
    this.paint();
    const host = list && this.root.querySelector("[data-camera]");
    if (!host) return;
    const before = list === "after" ? this.draft.data.photos.at(-1) : null;
    const ghost = before ? await this.large(before) : null;
    if (this.left) return;
    const camera = new Camera(host, { ghost, ghostWords: t("The photo before"), taken: (blob, facts) => this.taken(list, blob, facts) });
    this.cameras[list] = camera;
    await camera.start();
  }

  async large(id) {
    this.pictures.url(id, { small: false });
    await new Promise((done) => setTimeout(done, 50));
    return this.pictures.url(id, { small: false }) || this.pictures.url(id);
  }

  async taken(list, blob, facts) {
    const fix = place.newest();
    try {
      await this.draft.take(list, blob, { ...facts, ...placeFacts(fix) });
    } catch (error) {
      frame.say(error.message, { tone: "bad", seconds: 12 });
      return;
    }
    this.draft.data.class_id && this.relax();
    if (!this.draft.data.place && fix) this.settle({ ...fix, by: "gps" });
    await this.shoot("");
    this.root.querySelector("[data-classes] button")?.focus({ preventScroll: true });
  }

  // A place that came after the photo still counts; so does a better one within a minute, from where one stands.
  located() {
    const fix = place.newest(), { data } = this.draft, known = data.place;
    const begun = data.photos.length > 0;
    const better = known?.by === "gps" && fix && fix.accuracy < known.accuracy && fix.at - known.at < 60_000;
    if (fix && begun && (!known || better)) this.settle({ ...fix, by: "gps" });
    else this.paint();
  }

  settle(found) {
    const { lon, lat, accuracy, mock, at, by } = found;
    this.change({ place: { lon, lat, accuracy: accuracy ?? null, mock: mock ?? null, at, by }, distinct: false });
  }

  async here() {
    const fix = await place.better();
    if (fix) this.settle({ ...fix, by: "gps" });
    else frame.say(t("The device does not know where it is. Go into the open and try again."), { tone: "bad" });
  }

  // The place is another than the phone's: chosen by hand, and how far is kept.
  move({ lon, lat }) {
    const { place: now } = this.draft.data, from = origin(now);
    this.change({ component: "", place: { ...now, lon, lat, accuracy: from.accuracy, by: "moved", from }, distinct: false });
  }

  unmove() {
    const from = origin(this.draft.data.place);
    this.change({ component: "", place: { ...from, by: "gps" }, distinct: false });
  }

  moving(yes) {
    this.moves = yes;
    this.paint();
    this.root.querySelector(yes ? ".rp-steps button" : "[data-move]")?.focus({ preventScroll: !yes });
  }

  async learnt() {
    this.known = await knowledge();
    this.paint();
  }

  change(patch, options) {
    const kept = this.draft.change(patch, options);
    this.relax();
    this.paint();
    return kept;
  }

  relax() {
    this.lacks = [];
  }

  choose(classId) {
    const { component } = this.draft.data;
    const own = component && this.known.components.find((one) => one.code === component)?.class_id === classId;
    this.typed = "";
    this.all = false;
    this.change({ class_id: classId, distinct: false, ...(own ? {} : { component: "" }) }, { atOnce: true });
  }

  // A component gives class, code and the exact place; picked again it is let go.
  component(one) {
    const again = this.draft.data.component === one.code, { data } = this.draft;
    if (again) return this.change({ component: "" }, { atOnce: true });
    const at = data.place?.at ?? Date.now(), mock = data.place?.mock ?? null, from = origin(data.place);
    this.change({ component: one.code, class_id: one.class_id, distinct: false,
      place: { lon: one.lon, lat: one.lat, accuracy: null, mock, at, by: "component", ...(from ? { from } : {}) } }, { atOnce: true });
  }

  async film(input) {
    for (const file of input.files) await this.taken("films", file, { made_at: new Date(file.lastModified).toISOString() });
    input.value = "";
  }

  async voice() {
    if (this.recording) return this.recording.stop();
    try {
      this.recording = await record({
        tick: (seconds) => { this.seconds = seconds; this.paint(); },
        done: async (blob) => { this.recording = null; this.seconds = 0; await this.keepSound(blob); },
      });
    } catch {
      frame.say(t("The microphone cannot be used here."), { tone: "bad" });
    }
    this.paint();
  }

  async keepSound(blob) {
    try {
      await this.draft.take("sounds", blob, { made_at: new Date().toISOString(), ...placeFacts(place.newest()) }, { preview: false });
    } catch (error) {
      frame.say(error.message, { tone: "bad", seconds: 12 });
    }
    this.paint();
  }

  async remove(list, id) {
    await this.draft.remove(list, id);
    this.paint();
  }

  async send() {
    if (this.busy) return;
    this.busy = true;
    this.paint();
    try {
      await this.draft.flush();
      const told = await send(this.draft, this.known, this.here);
      if (told.lacks) return this.refuse(told.lacks);
      if (told.sent) frame.say(navigator.onLine ? t("Queued. It is being sent.") : t("Queued. It goes out when there is a network."), { tone: "good" });
      if (told.stopped && this.here.aborted) frame.say(t("Not sent: there was a question. The report waits among the drafts."), { tone: "bad", seconds: 12 });
      if ((told.sent || told.dropped) && !this.here.aborted) screens.go("report");
    } catch (error) {
      frame.say(error.message, { tone: "bad", seconds: 12 });
    } finally {
      this.busy = false;
      this.paint();
    }
  }

  refuse(lacks) {
    this.lacks = lacks;
    this.busy = false;
    this.paint();
    this.root.querySelector("[data-lacks]")?.focus();
  }

  async discard() {
    if (!(await throwAway(this.here))) return;
    await this.draft.throwAway();
    if (!this.here.aborted) screens.go("report");
  }

  paint() {
    if (this.left) return;
    const { place: at } = this.draft.data;
    const spot = at ?? (place.newest() ? { ...place.newest(), by: "gps" } : null);
    render(form(this, { spot, stands: standing(spot, this.known), hand: atHand(spot, this.known.components) }), this.root);
  }

  async end() {
    this.left = true;
    document.removeEventListener("visibilitychange", this.hidden);
    this.recording?.stop();
    this.stops.forEach((stop) => stop());
    Object.values(this.cameras).forEach((camera) => camera.end());
    this.pictures.end();
    await this.draft.flush();
  }
}

export function placeFacts(fix) {
  if (!fix) return {};
  const { lon, lat, accuracy, heading, mock, at } = fix;
  return { lon, lat, accuracy, heading: heading ?? null, mock, fixed_at: new Date(at).toISOString() };
}

async function show(root, { id = "" }) {
  const rows = await drafts.all(SCREEN);
  const wanted = id && id !== "new" && id !== "self" ? await load(id) : null;
  const draft = wanted ?? fresh(id === "self" ? "self_report" : "report");
  const screen = new ReportScreen(root, draft, await knowledge(), rows.filter((row) => row.id !== draft.id));
  screen.begin();
  return () => screen.end();
}

// A refused report becomes a draft again, with its photos; what is sent then takes its place.
export async function correct(entry) {
  const { case: caseId, data } = entry.data;
  const draft = fresh(entry.kind);
  const after = data.after_media ?? [];
  const spot = { lon: Number(data.lon), lat: Number(data.lat), accuracy: null, mock: null, at: entry.made_at, by: "gps" };
  await draft.change({
    case: caseId, class_id: data.class_id, component: data.component ?? "", text: data.text ?? "", address: data.address ?? "", place: spot,
    photos: entry.files.filter((one) => !after.includes(one)), after, replaces: entry.id, said: entry.message,
  }, { atOnce: true });
  screens.go(`report/${draft.id}`);
}

screens.register({ path: "report", title: "Report", icon: "camera", order: 10, bar: true, render: show });
screens.register({ path: "report/:id", title: "Report", icon: "camera", render: show });
kind("report", { name: () => t("Report"), correct });
kind("self_report", { name: () => t("Handled it myself"), correct });
