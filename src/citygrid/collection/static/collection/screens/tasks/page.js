// How a task and the form of its answer look. `on`: the screen (task.js).
import { html, icon, live, nothing } from "../../core/html.js";
import { metres, moment, t } from "../../core/words.js";
import { pick } from "../report/known.js";
import { sketch } from "../report/sketch.js";
import { way } from "./sorting.js";
import { answered, line } from "./words.js";

export function page(on, here) {
  const { task, known } = on, act = known.answers[task.act];
  return html`
    <section class="card">
      <h2>${[act ? pick(act.words) : task.act, task.class_name].filter(Boolean).join(" · ")}</h2>
      ${line(here, task)}
      ${task.address ? html`<p class="rp-place">${icon("map-pin")}<span>${task.address}</span></p>` : nothing}
      ${task.text ? html`<p>${task.text}</p>` : nothing}
      <p class="quiet">${[task.case_no || task.report_no, task.component, ...(task.marks ?? [])].filter(Boolean).join(" · ")} · ${t("given {moment}", { moment: moment(task.opened_at) })}</p>
      ${answered(task.answer)}
      ${on.draft.data.said ? html`<p class="why">${t("Refused: {why}", { why: on.draft.data.said })}</p>` : nothing}
    </section>
    ${earlier(on)}
    ${route(on, here)}
    ${act ? answer(on, act) : html`<p class="banner warn">${icon("download")}<span>${t("The form of this task is not on this device yet. Connect once.")}</span></p>`}`;
}

// The photos of before: the one that is chosen lies over the camera. Spot checks show theirs by it too.
export function earlier(on) {
  const { task } = on;
  if (!task.photos?.length && !task.photos_after?.length) return nothing;
  const groups = [[t("When it was reported"), task.photos ?? []], [t("After the handling"), task.photos_after ?? []]];
  return html`<section class="card"><h3>${t("Earlier photos")}</h3>
    ${groups.filter(([, ids]) => ids.length).map(([words, ids]) => html`<p class="quiet">${words}</p><div class="tk-photos">${ids.map((id, at) => {
      const url = on.before.get(id);
      return url
        ? html`<button type="button" class="tk-photo" aria-pressed=${on.ghost === id ? "true" : "false"} @click=${() => choose(on, id)}><img src=${url} alt=${`${words} ${at + 1}`}></button>`
        : html`<p class="quiet">${t("Photo {n} is not on this device yet.", { n: at + 1 })}</p>`;
    })}</div>`)}
    ${on.ghost ? html`<p class="quiet">${t("The framed photo lies over the camera, to take the same view.")}</p>` : nothing}</section>`;
}

function choose(on, id) {
  on.ghost = id;
  if (on.shooting) on.shoot();
  else on.paint();
}

function route(on, here) {
  const { task } = on;
  if (task.lon == null) return nothing;
  const to = { lon: Number(task.lon), lat: Number(task.lat) };
  const point = `${to.lat.toFixed(6)},${to.lon.toFixed(6)}`, found = way(here, task);
  return html`<section class="card"><h3>${t("The way there")}</h3>
    ${found ? sketch(here, { outlines: on.known.outlines, to }) : sketch({ ...to, accuracy: null }, { outlines: on.known.outlines })}
    ${found ? html`<p>${t("{metres} in a straight line", { metres: metres(found.metres) })}</p>` : html`<p class="quiet" role="status">${t("Looking for the place …")}</p>`}
    <a class="button plain" href=${`geo:${point}?q=${point}`}>${icon("external-link")}<span>${t("Open in the map app")}</span></a></section>`;
}

function answer(on, act) {
  const { data } = on.draft, { task, wanted } = on;
  const label = t("Photos of now");
  const waits = task.answer && task.answer.state !== "refused";
  return html`<section class="card" data-fields><h3>${pick(act.words)}</h3>
    ${on.shooting ? html`<div data-camera></div>` : nothing}
    ${data.photos.length ? pair(on) : nothing}
    <div class="rp-strip">${on.pictures.strip(data.photos, { label, remove: (id) => on.remove(id) })}
      ${on.shooting ? nothing : html`<button type="button" class="rp-add" @click=${() => on.shoot()}>${icon("camera-plus")}<span>${data.photos.length ? t("Another photo") : t("Take a photo")}</span></button>`}</div>
    ${wanted ? html`<p class="quiet">${t("This class needs {n} photos here.", { n: wanted })}</p>` : nothing}
    ${act.fields.filter((one) => one.type !== "media").map((one) => field(on, one))}
  </section>
  ${on.lacks.length ? html`<div class="rp-lacks" role="alert" tabindex="-1" data-lacks><ul>${on.lacks.map((lack) => html`<li>${lack}</li>`)}</ul></div>` : nothing}
  <div class="foot"><button type="button" class="button main" data-send ?disabled=${on.busy || waits} @click=${() => on.send()}>${icon("send")}<span>${waits ? t("Answered") : t("Send the answer")}</span></button></div>`;
}

// Before and now side by side.
function pair(on) {
  const before = on.ghost && on.before.get(on.ghost), now = on.draft.data.photos.at(-1);
  if (!before) return nothing;
  return html`<div class="tk-pair"><figure><img src=${before} alt=${t("Earlier photo")}><figcaption class="quiet">${t("Before")}</figcaption></figure>
    <figure><img src=${on.pictures.url(now, { small: false })} alt=${t("Photo of now")}><figcaption class="quiet">${t("Now")}</figcaption></figure></div>`;
}

// A field of the act by its type, as the server's own form shows it (cases/forms.py).
function field(on, { name, type, words, required, choices }) {
  const value = on.draft.data.values[name] ?? "", label = required ? pick(words) : t("{what} (may be left empty)", { what: pick(words) });
  if (choices.length) {
    return html`<fieldset class="picks"><legend>${label}</legend>${choices.map(([code, ...told]) => html`<label>
      <input type="radio" name=${name} .checked=${live(value === code)} @change=${() => on.set(name, code)}><span>${pick(told)}</span></label>`)}</fieldset>`;
  }
  return html`<label class="field"><span>${label}</span>${type === "text"
    ? html`<textarea rows="2" maxlength=${on.known.longest} .value=${live(value)} @input=${(e) => on.draft.change({ values: { ...on.draft.data.values, [name]: e.target.value } })}></textarea>`
    : html`<input maxlength="64" .value=${live(value)} @input=${(e) => on.draft.change({ values: { ...on.draft.data.values, [name]: e.target.value } })}>`}</label>`;
}
