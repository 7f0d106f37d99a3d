// One place of a survey: the way there, photos, the form as the office made it. What was sent can be corrected; with one
// tap more the finding becomes a report.
import { on } from "../../core/bus.js";
import * as files from "../../core/files.js";
import * as frame from "../../core/frame.js";
import { html, icon, live, nothing, render } from "../../core/html.js";
import * as outbox from "../../core/outbox.js";
import * as pack from "../../core/pack.js";
import * as place from "../../core/place.js";
import * as screens from "../../core/screens.js";
import { visit } from "../../core/visit.js";
import { metres as far, t } from "../../core/words.js";
import { ask, keep } from "../border/ask.js";
import { Camera } from "../camera/camera.js";
import { kind } from "../queue/kinds.js";
import { Draft, load } from "../report/draft.js";
import { knowledge, sourceOf } from "../report/known.js";
import { Pictures } from "../report/pictures.js";
import { placeFacts } from "../report/report.js";
import { content, queued } from "../report/sending.js";
import { photosOf } from "../tasks/earlier.js";
import { earlier } from "../tasks/page.js";
import { way } from "../tasks/sorting.js";
import { wayWords } from "../tasks/words.js";
import * as earlierPhotos from "./earlier.js";
import { keyOf, missing, survey as find, surveys, typed, values } from "./known.js";

export const SCREEN = "survey";
const draftId = (task) => `survey ${task}`;
const empty = (task, fields) => ({ task: task.id, values: typed(fields, task.values), photos: [], place: null });

class AnswerScreen {
  constructor(root, survey, task, draft) {
    Object.assign(this, { root, survey, task, draft, lacks: [], busy: false, camera: null, left: false, here: visit(), before: new Map(), ghost: "" });
    this.pictures = new Pictures(() => this.paint());
    this.stops = [place.watch(), on("place", () => this.located())];
    this.hidden = () => document.hidden && this.draft.flush();
    document.addEventListener("visibilitychange", this.hidden);
    this.located();
  }

  get shooting() {
    return this.camera !== null;
  }

  // The photos of a case that is checked again; the first one that is here lies over the camera.
  async begin() {
    const photos = photosOf(this.task);
    await this.laid(photos);
    if (photos.every((media) => this.before.get(media))) return;
    await earlierPhotos.fetchAll().catch(() => 0); // without a network they come later
    if (!this.left) await this.laid(photos.filter((media) => !this.before.get(media)));
  }

  async laid(photos) {
    for (const media of photos) this.before.set(media, await earlierPhotos.address(media));
    this.ghost ||= photosOf(this.task).find((media) => this.before.get(media)) ?? "";
    this.paint();
  }

  // The best fix since the screen was opened is the place of the answer.
  located() {
    const fix = place.newest();
    const known = this.draft.data.place;
    if (fix && (!known || fix.accuracy <= known.accuracy)) this.draft.change({ place: { lon: fix.lon, lat: fix.lat, accuracy: fix.accuracy } });
    this.paint();
  }

  async shoot() {
    this.camera?.end();
    this.camera = new Camera(this.root.querySelector("[data-camera]"), {
      ghost: this.ghost ? this.before.get(this.ghost) : null, ghostWords: t("The earlier photo, to take the same view"),
      taken: (blob, facts) => this.taken(blob, facts),
    });
    this.paint();
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
    this.root.querySelector("[data-fields] input, [data-fields] textarea")?.focus({ preventScroll: true });
  }

  set(name, value) {
    this.draft.change({ values: { ...this.draft.data.values, [name]: value } });
    this.lacks = this.lacks.filter((one) => one.part !== name);
    this.paint();
  }

  async send(report) {
    if (this.busy) return;
    const { data } = this.draft;
    this.lacks = missing(this.survey, data);
    if (this.lacks.length) {
      this.paint();
      this.root.querySelector("[data-lacks]")?.focus();
      return;
    }
    this.busy = true;
    this.paint();
    try {
      const found = report ? await this.report() : null;
      if (report && !found) return;
      const photos = [...data.photos];
      const entry = await queued(this.draft, {
        kind: "survey_answer", replaces: data.replaces ?? null,
        shown: { title: this.survey.title, text: this.task.name || this.task.key },
        data: { task: this.task.id, values: values(this.survey.fields, data.values), ...data.place, ...(found ? { case: found.content.case } : {}) },
      });
      if (found) await this.reported(found, entry, photos);
      frame.say(navigator.onLine ? t("Queued. It is being sent.") : t("Queued. It goes out when there is a network."), { tone: "good" });
      if (!this.left) screens.go(`surveys/${this.survey.id}`);
    } catch (error) {
      frame.say(error.message, { tone: "bad", seconds: 12 });
    } finally {
      this.busy = false;
      this.paint();
    }
  }

  // The finding as a report, and what was answered at a border; null when this post may not report.
  async report() {
    const { data } = this.draft;
    const known = await knowledge();
    if (!sourceOf(known, "report")) {
      frame.say(t("Your post may not report."), { tone: "bad" });
      return null;
    }
    const component = this.survey.target === "components" ? this.task.key : "";
    const border = await ask(data.place, data.place.accuracy, this.survey.report_class, pack, { component, during: this.here });
    if (border === undefined) {
      frame.say(t("Not sent: there was a question. What you answered is kept."), { tone: "bad", seconds: 12 });
      return null;
    }
    const text = this.survey.fields.filter((one) => one.kind === "text").map((one) => data.values[one.name]?.trim()).filter(Boolean).join("\n");
    const draft = { kind: "report", case: crypto.randomUUID(), class_id: this.survey.report_class, place: data.place, photos: data.photos, component, text: text || this.survey.title };
    return { content: content(draft, known), border };
  }

  // After the answer: a report that is refused leaves the answer as it is.
  async reported({ content: report, border }, answer, photos) {
    const shown = { title: this.survey.report_class_name, text: this.survey.title };
    const entry = await outbox.add({ kind: "report", data: report, files: photos, after: [answer], shown });
    if (border) await keep(border, entry, report.case);
  }

  field(one) {
    const value = this.draft.data.values[one.name] ?? "";
    const bad = this.lacks.some((lack) => lack.part === one.name);
    const label = html`${one.label}${one.required ? " *" : ""}`;
    if (one.kind === "text" || one.kind === "number") {
      return html`<label class="field"><span>${label}</span>${one.kind === "number"
        ? html`<input type="number" inputmode="decimal" step="any" .value=${live(value)} aria-invalid=${bad} @input=${(e) => this.set(one.name, e.target.value)}>`
        : html`<textarea rows="2" maxlength="1000" .value=${live(value)} aria-invalid=${bad} @input=${(e) => this.set(one.name, e.target.value)}></textarea>`}</label>`;
    }
    const choices = one.kind === "choice" ? one.choices : [["yes", t("Yes")], ["no", t("No")]];
    return html`<fieldset class="picks" aria-invalid=${bad}><legend>${label}</legend>${choices.map(([code, words]) => html`
      <label><input type="radio" name=${one.name} value=${code} .checked=${live(value === code)} @change=${() => this.set(one.name, code)}><span>${words}</span></label>`)}</fieldset>`;
  }

  lackWords({ part, label }) {
    if (part === "photos") return t("{n} photo(s) are needed.", { n: this.survey.photos });
    if (part === "place") return t("The place is not known yet: go where the sky is open.");
    return t("Answer: {question}", { question: label });
  }

  paint() {
    if (this.left) return;
    const { survey, task, draft: { data } } = this;
    const here = place.newest();
    const away = way(here, task);
    render(html`
      <section class="card"><h2>${task.name || task.key}</h2>
        <p class="quiet">${[survey.title, task.grid, keyOf(survey, task)].filter(Boolean).join(" · ")}</p>
        <p>${icon("navigation")} ${away ? wayWords(here, task) : t("Looking for the place …")}</p>
        <a class="button plain" href=${`geo:${task.lat},${task.lon}?q=${task.lat},${task.lon}`}>${icon("external-link")}<span>${t("Open in the map app")}</span></a>
        ${data.place && away && away.metres > 100 ? html`<p class="badge">${t("You are {far} away from it.", { far: far(away.metres) })}</p>` : nothing}
        ${data.said ? html`<p class="why">${t("Refused: {why}", { why: data.said })}</p>` : nothing}
        ${task.done ? html`<p class="quiet">${task.mine || task.entry ? t("You answered this already. A new answer corrects it; the earlier one is kept.") : t("Somebody else answered this. A new answer corrects it.")}</p>` : nothing}
      </section>
      ${earlier(this)}
      <section class="card">${data.photos.length ? this.pictures.strip(data.photos, { label: t("Photos"), remove: (id) => this.draft.remove("photos", id).then(() => this.paint()) }) : nothing}
        <div data-camera></div>
        ${this.camera ? nothing : html`<button type="button" class="button plain" @click=${() => this.shoot()}>${icon("camera")}<span>${data.photos.length ? t("Another photo") : t("Photo")}</span></button>`}</section>
      <section class="card" data-fields>${survey.fields.map((one) => this.field(one))}</section>
      ${this.lacks.length ? html`<div class="card bad" role="alert" tabindex="-1" data-lacks>${this.lacks.map((one) => html`<p>${this.lackWords(one)}</p>`)}</div>` : nothing}
      <div class="foot">
        ${survey.report_class ? html`<button type="button" class="button plain" data-report ?disabled=${this.busy} @click=${() => this.send(true)}>${icon("flag")}<span>${t("Send and report: {what}", { what: survey.report_class_name })}</span></button>` : nothing}
        <button type="button" class="button main" data-send ?disabled=${this.busy} @click=${() => this.send(false)}>${icon("send")}<span>${t("Send")}</span></button></div>`, this.root);
  }

  async end() {
    this.left = true;
    document.removeEventListener("visibilitychange", this.hidden);
    this.stops.forEach((stop) => stop());
    this.camera?.end();
    this.pictures.end();
    for (const url of this.before.values()) if (url) files.release(url);
    await this.draft.flush();
  }
}

async function show(root, { id, task: number }) {
  const survey = await find(id);
  const task = survey?.tasks.find((one) => String(one.id) === number);
  if (!task) return screens.go("surveys");
  screens.title(survey.title);
  const draft = (await load(draftId(task.id))) ?? new Draft({ id: draftId(task.id), screen: SCREEN, data: empty(task, survey.fields) });
  const screen = new AnswerScreen(root, survey, task, draft);
  screen.begin();
  return () => screen.end();
}

// A refused answer is made again with what it held, where its survey is still open.
async function correct(entry) {
  const survey = (await surveys()).find((one) => one.tasks.some((task) => task.id === entry.data.task));
  if (!survey) {
    frame.say(t("This survey is no longer open."), { tone: "bad", seconds: 12 });
    return screens.go("surveys");
  }
  const { task, lon, lat, accuracy } = entry.data;
  const data = { task, values: typed(survey.fields, entry.data.values), photos: entry.files, place: { lon, lat, accuracy }, replaces: entry.id, said: entry.message };
  await new Draft({ id: draftId(task), screen: SCREEN, data }).save();
  screens.go(`surveys/${survey.id}/${task}`);
}

screens.register({ path: "surveys/:id/:task", title: "Special survey", icon: "clipboard-list", render: show });
kind("survey_answer", { name: () => t("Answer of a survey"), correct });
