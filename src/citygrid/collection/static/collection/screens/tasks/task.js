// One task: what was seen before, the way there, and the answer with the act's own fields (section `acting`).
import { on } from "../../core/bus.js";
import * as frame from "../../core/frame.js";
import { render } from "../../core/html.js";
import * as files from "../../core/files.js";
import * as pack from "../../core/pack.js";
import * as place from "../../core/place.js";
import * as screens from "../../core/screens.js";
import { t } from "../../core/words.js";
import { Camera } from "../camera/camera.js";
import { kind } from "../queue/kinds.js";
import { Draft, load } from "../report/draft.js";
import { answerPhotos } from "../report/evidence.js";
import { pick } from "../report/known.js";
import { Pictures } from "../report/pictures.js";
import { placeFacts } from "../report/report.js";
import { queued } from "../report/sending.js";
import * as earlier from "./earlier.js";
import { task as find } from "./known.js";
import { page } from "./page.js";

export const SCREEN = "answer";
const empty = (task) => ({ task: task.id, values: {}, photos: [] });

class TaskScreen {
  constructor(root, task, draft, known) {
    Object.assign(this, { root, task, draft, known, lacks: [], shooting: false, busy: false, before: new Map(), ghost: "", large: null });
    this.pictures = new Pictures(() => this.paint());
    this.stops = [place.watch(), on("place", () => this.paint()), on("queue", () => this.again())];
    this.hidden = () => document.hidden && this.draft.flush();
    document.addEventListener("visibilitychange", this.hidden);
  }

  get fields() {
    return this.known.answers[this.task.act]?.fields ?? [];
  }

  get wanted() {
    return answerPhotos(this.task.act, this.known.cls);
  }

  async begin() {
    for (const media of earlier.photosOf(this.task)) this.before.set(media, await earlier.address(media));
    this.ghost = earlier.photosOf(this.task).find((media) => this.before.get(media)) ?? "";
    this.paint();
  }

  async again() {
    this.task = (await find(this.task.id)) ?? this.task;
    this.paint();
  }

  async shoot() {
    this.camera?.end();
    this.shooting = true;
    this.paint();
    const ghost = this.ghost ? this.before.get(this.ghost) : null;
    this.camera = new Camera(this.root.querySelector("[data-camera]"), {
      ghost, ghostWords: t("The earlier photo, to take the same view"), taken: (blob, facts) => this.taken(blob, facts),
    });
    await this.camera.start();
  }

  async taken(blob, facts) {
    try {
      await this.draft.take("photos", blob, { ...facts, ...placeFacts(place.newest()) });
    } catch (error) {
      frame.say(error.message, { tone: "bad", seconds: 12 });
      return;
    }
    this.camera.end();
    this.camera = null;
    this.shooting = false;
    this.lacks = [];
    this.paint();
    this.root.querySelector("[data-fields] input, [data-fields] textarea")?.focus({ preventScroll: true });
  }

  set(name, value) {
    this.draft.change({ values: { ...this.draft.data.values, [name]: value } });
    this.lacks = [];
    this.paint();
  }

  async remove(id) {
    await this.draft.remove("photos", id);
    this.paint();
  }

  lacking() {
    const { values, photos } = this.draft.data;
    const empties = this.fields.filter((one) => one.required && one.type !== "media" && (values[one.name] ?? "") === "");
    const lacks = empties.map((one) => t("Choose: {what}", { what: pick(one.words) }));
    if (photos.length < this.wanted) lacks.push(t("This class needs {n} photos; there are {had}.", { n: this.wanted, had: photos.length }));
    return lacks;
  }

  async send() {
    if (this.busy) return;
    this.lacks = this.lacking();
    if (this.lacks.length) {
      this.paint();
      return this.root.querySelector("[data-lacks]")?.focus();
    }
    this.busy = true;
    this.paint();
    try {
      await queued(this.draft, this.entry());
      frame.say(navigator.onLine ? t("Queued. It is being sent.") : t("Queued. It goes out when there is a network."), { tone: "good" });
      if (!this.left) screens.go("tasks");
    } catch (error) {
      frame.say(error.message, { tone: "bad", seconds: 12 });
    } finally {
      this.busy = false;
      this.paint();
    }
  }

  // Files go into the act's first field of files; texts without blanks around; what was left empty is left out.
  entry() {
    const { task, draft: { data } } = this;
    const said = Object.entries(data.values).map(([name, value]) => [name, typeof value === "string" ? value.trim() : value]);
    const media = this.fields.find((one) => one.type === "media");
    const fields = Object.fromEntries(said.filter(([, value]) => value !== "" && value !== null));
    if (media && data.photos.length) fields[media.name] = data.photos;
    const title = [pick(this.known.answers[task.act].words), task.class_name].filter(Boolean).join(" · ");
    return {
      kind: "answer", shown: { title, text: task.address || task.text || task.report_no }, replaces: data.replaces ?? null,
      data: { case: task.case, act: task.act, item: task.item, data: fields },
    };
  }

  paint() {
    if (!this.left) render(page(this, place.newest()), this.root);
  }

  async end() {
    this.left = true;
    document.removeEventListener("visibilitychange", this.hidden);
    this.stops.forEach((stop) => stop());
    this.camera?.end();
    this.pictures.end();
    for (const url of this.before.values()) files.release(url);
    await this.draft.flush();
  }
}

async function show(root, { id }) {
  const task = await find(id);
  if (!task) return screens.go("tasks");
  const [acting, classes, grids] = await Promise.all(["acting", "classes", "grids"].map((name) => pack.get(name)));
  const cls = (classes ?? []).find((one) => one.id === task.class_id);
  const outlines = (grids ?? []).flatMap((one) => one.units.map((unit) => unit.shape));
  const draft = (await load(draftId(task.id))) ?? new Draft({ id: draftId(task.id), screen: SCREEN, data: empty(task) });
  const screen = new TaskScreen(root, task, draft, { answers: acting?.answers ?? {}, longest: acting?.longest_text ?? 4000, cls, outlines });
  await screen.begin();
  return () => screen.end();
}

// One answer is begun for a task at a time; it has the task's own name.
const draftId = (task) => `answer ${task}`;

// A refused answer is made again where its task is still open; else the list tells what became of it.
async function correct(entry) {
  const { case: caseId, item, data } = entry.data;
  const task = await find(`${caseId}:${item}`);
  if (!task) {
    frame.say(t("This task is no longer yours: {why}", { why: entry.message }), { tone: "bad", seconds: 12 });
    return screens.go("tasks");
  }
  const values = Object.fromEntries(Object.entries(data).filter(([, value]) => !Array.isArray(value)));
  const draft = new Draft({ id: draftId(task.id), screen: SCREEN, data: { ...empty(task), values, photos: entry.files, replaces: entry.id, said: entry.message } });
  await draft.save();
  screens.go(`tasks/${encodeURIComponent(task.id)}`);
}

screens.register({ path: "tasks/:id", title: "Task", icon: "list-check", render: show });
kind("answer", { name: () => t("Answer to a task"), correct });
