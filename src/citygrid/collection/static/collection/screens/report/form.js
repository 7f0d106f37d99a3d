// How a draft of a report looks. `on`: the screen (report.js), which keeps the state and does what is pressed.
import { html, icon, live, nothing } from "../../core/html.js";
import { metres, moment, t } from "../../core/words.js";
import { kindOfSound } from "../camera/recorder.js";
import { offered, search } from "./classes.js";
import { missing } from "./evidence.js";
import { mover } from "./moving.js";
import { nameOf, sourceOf } from "./known.js";
import { moved } from "./shift.js";
import { sketch } from "./sketch.js";

const LACKS = {
  place: () => t("The place is not known yet. Go into the open and press “Here, now”."),
  class: () => t("Choose a class."),
  self_handle_class: () => t("This class may not be handled by yourself: report it instead."),
  photos: (lack) => t("This class needs {n} photos; there are {had}.", lack),
  before: (lack) => t("{n} photos of before are needed; there are {had}.", lack),
  after: (lack) => t("{n} photos of after are needed; there are {had}.", lack),
  films: (lack) => t("This class needs {n} films; there are {had}.", lack),
  sounds: (lack) => t("This class needs {n} voice notes; there are {had}.", lack),
  post: () => t("Your post may not report this way. Take another post, or ask your team lead."),
};

export function form(on, { spot, stands, hand }) {
  const { data } = on.draft;
  return html`
    ${modes(on)}
    ${data.said ? html`<p class="banner warn" role="status">${icon("alert-triangle")}<span>${t("Refused: {why}", { why: data.said })}</span></p>` : nothing}
    ${on.known.ready ? nothing : html`<p class="banner warn" role="status">${icon("download")}<span>${t("The classes are not on this device yet. Connect once; what you take now is kept.")}</span></p>`}
    ${photos(on, "photos", data.kind === "self_report" ? t("Before") : t("Photos"))}
    ${data.kind === "self_report" ? photos(on, "after", t("After")) : nothing}
    ${classes(on, hand)}
    ${where(on, spot, stands, hand)}
    ${more(on)}
    ${foot(on)}`;
}

function modes(on) {
  const able = ["report", "self_report"].filter((act) => sourceOf(on.known, act));
  const { data } = on.draft, waiting = on.others.length;
  const names = { report: t("Report"), self_report: t("Handled it myself") };
  if (able.length < 2 && !waiting) return nothing;
  return html`<div class="rp-top">
    ${able.length > 1 ? html`<fieldset class="picks"><legend class="sr">${t("What is it?")}</legend>${able.map((act) => html`<label>
      <input type="radio" name="kind" .checked=${live(data.kind === act)} @change=${() => on.change({ kind: act }, { atOnce: data.photos.length > 0 })}><span>${names[act]}</span></label>`)}</fieldset>` : nothing}
    ${waiting ? html`<details class="rp-drafts"><summary>${icon("notes")} ${t("Drafts: {n}", { n: waiting })}</summary>
      <div class="list">${on.others.map((one) => html`<a href=${`#/report/${one.id}`}>${icon("pencil")}<span>${draftWords(on, one)}</span></a>`)}</div></details>` : nothing}
  </div>`;
}

function draftWords(on, { data, changed_at }) {
  const name = nameOf(on.known.byId.get(data.class_id)) || t("No class yet");
  return [name, t("Photos: {n}", { n: data.photos.length }), moment(changed_at)].join(" · ");
}

function photos(on, list, label) {
  const ids = on.draft.data[list] ?? [], open = on.shooting === list;
  return html`<section class="rp-photos" aria-label=${label}>
    ${open ? html`<div data-camera></div>` : nothing}
    ${ids.length || !open ? html`<div class="rp-strip">${on.pictures.strip(ids, { label, remove: (id) => on.remove(list, id) })}
      ${open ? nothing : html`<button type="button" class="rp-add" @click=${() => on.shoot(list)}>${icon("camera-plus")}<span>${list === "after" ? t("Photo of after") : ids.length ? t("Another photo") : t("Take a photo")}</span></button>`}</div>` : nothing}
  </section>`;
}

function classes(on, hand) {
  const { known, typed, draft: { data } } = on, chosen = known.byId.get(data.class_id);
  const fits = data.kind === "self_report" ? known.classes.filter((one) => one.self_handle) : known.classes;
  const usual = [...hand.map((one) => one.class_id), ...known.recent, ...known.frequent];
  const events = [...fits].sort((a, b) => (b.kind === "event") - (a.kind === "event"));
  const first = offered(fits, [...(data.class_id ? [data.class_id] : []), ...usual, ...events.map((one) => one.id)]);
  const rows = typed ? search(fits, typed) : on.all ? fits : first;
  return html`<section class="rp-classes" aria-label=${t("Class")}>
    ${chosen ? html`<p class="rp-chosen">${icon("tag")}<strong>${nameOf(chosen)}</strong>${chosen.safety ? html`<span class="badge rp-danger">${t("Danger to the public")}</span>` : nothing}</p>` : nothing}
    <div class=${on.all && !typed ? "rp-all" : "rp-chips"} data-classes>${rows.map((one, at) => html`
      ${on.all && !typed && one.major !== rows[at - 1]?.major ? html`<h3>${one.major_name || one.major}</h3>` : nothing}
      <button type="button" class="rp-chip" aria-pressed=${one.id === data.class_id ? "true" : "false"} @click=${() => on.choose(one.id)}>${nameOf(one).replaceAll("/", "/\u200b")}</button>`)}
      ${typed && !rows.length ? html`<p class="quiet">${t("No class with this name.")}</p>` : nothing}</div>
    <div class="rp-find">
      <label class="field"><span class="sr">${t("Find a class")}</span>
        <input type="search" autocomplete="off" enterkeyhint="search" placeholder=${t("Name, first letters of pinyin, code")} .value=${live(typed)} @input=${(e) => { on.typed = e.target.value; on.paint(); }}></label>
      <button type="button" class="button plain" aria-pressed=${on.all ? "true" : "false"} @click=${() => { on.all = !on.all; on.paint(); }}>${on.all ? t("Fewer") : t("All")}</button>
    </div></section>`;
}

function where(on, spot, stands, hand) {
  const { data } = on.draft;
  return html`<section class="card rp-where" aria-label=${t("Place")}>
    <p class="rp-place">${icon("map-pin")}<span>${spot ? placeWords(spot, stands) : t("Looking for the place …")}</span></p>
    ${stands.own === false ? html`<p class="rp-outside" role="status">${icon("alert-triangle")}<span>${t("Not in your duty grid ({metres} away). Whoever is on duty there gets it; outside the city it is refused.", { metres: metres(stands.away) })}</span></p>` : nothing}
    ${spot?.accuracy > 50 ? html`<p class="rp-outside">${icon("focus-2")}<span>${t("The place is only known to {metres}.", { metres: metres(spot.accuracy) })}</span></p>` : nothing}
    ${hand.length ? html`<h3>${t("Is it one of these?")}</h3><div class="rp-hand">${hand.map((one, at) => html`
      <button type="button" class="rp-part" aria-pressed=${one.code === data.component ? "true" : "false"} @click=${() => on.component(one)}>
        <b>${at + 1}</b><span>${nameOf(on.known.byId.get(one.class_id)) || one.name}<small>${one.code} · ${metres(one.metres)}</small></span></button>`)}</div>` : nothing}
    ${on.moves && data.place ? mover(on, data.place, hand) : html`
      ${spot ? html`<details><summary>${icon("map-2")} ${t("Sketch of the place")}</summary>${sketch(spot, { outlines: on.known.units.map((one) => one.shape), points: hand })}</details>` : nothing}
      <div class="row"><button type="button" class="button plain" @click=${() => on.here()}>${icon("current-location")}<span>${t("Here, now")}</span></button>
        ${data.place ? html`<button type="button" class="button plain" data-move @click=${() => on.moving(true)}>${icon("map-pin")}<span>${t("Move the place")}</span></button>` : nothing}</div>`}
  </section>`;
}

function placeWords(spot, { unit }) {
  const far = moved(spot);
  const how = far ? t("moved by {metres}", { metres: metres(far) }) : "";
  const from = spot.by === "component" ? [t("at the component"), how].filter(Boolean).join(" · ") : how ? how : spot.accuracy != null ? `±${metres(spot.accuracy)}` : "";
  return [unit ? t("Grid {code}", { code: unit.code }) : t("{lon}, {lat}", { lon: spot.lon.toFixed(5), lat: spot.lat.toFixed(5) }), unit?.community, from].filter(Boolean).join(" · ");
}

function more(on) {
  const { data } = on.draft, sound = kindOfSound(), cls = on.known.byId.get(data.class_id);
  const asked = [cls?.before_films ? t("Films: {n}", { n: cls.before_films }) : "", cls?.before_sounds ? t("Voice notes: {n}", { n: cls.before_sounds }) : ""].filter(Boolean);
  return html`<section class="card rp-more" aria-label=${t("More about it")}>
    <label class="field"><span>${t("What is to be seen (may be left empty)")}</span>
      <textarea rows="2" maxlength=${on.known.acting.longest_text} .value=${live(data.text ?? "")} @input=${(e) => on.draft.change({ text: e.target.value })}></textarea></label>
    <label class="field"><span>${t("Where exactly (house number, opposite of …)")}</span>
      <input maxlength="200" .value=${live(data.address ?? "")} @input=${(e) => on.draft.change({ address: e.target.value })}></label>
    ${asked.length ? html`<p class="quiet" data-asked>${t("This class asks for more than photos: {what}", { what: asked.join(" · ") })}</p>` : nothing}
    <div class="row">
      ${sound ? html`<button type="button" class=${`button ${on.recording ? "bad" : "plain"}`} @click=${() => on.voice()}>${icon(on.recording ? "player-stop" : "microphone")}<span>${on.recording ? t("Stop ({n} s)", { n: on.seconds }) : t("Say it")}</span></button>` : nothing}
      <label class="button plain">${icon("video")}<span>${t("Film it")}</span><input class="sr" type="file" accept="video/*" capture="environment" @change=${(e) => on.film(e.target)}></label>
    </div>
    ${[["sounds", "volume", t("Voice note")], ["films", "video", t("Film")]].map(([list, sign, words]) => (data[list] ?? []).map((id, at) => html`
      <div class="rp-file" data-played=${list}>${icon(sign)}<span>${words} ${at + 1}</span><button type="button" class="button small" aria-label=${`${t("Remove")}: ${words} ${at + 1}`} @click=${() => on.remove(list, id)}>${t("Remove")}</button>
        ${played(list, on.pictures.url(id, { small: false }), `${words} ${at + 1}`)}</div>`))}
    ${data.photos.length || data.text ? html`<button type="button" class="button quiet" @click=${() => on.discard()}>${icon("trash")}<span>${t("Throw this draft away")}</span></button>` : nothing}
  </section>`;
}

// Heard or seen before it goes.
function played(list, url, words) {
  if (!url) return nothing;
  return list === "sounds" ? html`<audio controls preload="metadata" src=${url} aria-label=${words}></audio>`
    : html`<video controls playsinline preload="metadata" src=${url} aria-label=${words}></video>`;
}

function foot(on) {
  const { data } = on.draft;
  const ready = !missing(data, on.known.byId.get(data.class_id)).length;
  return html`<div class="rp-foot">
    ${on.lacks.length ? html`<div class="rp-lacks" role="alert" tabindex="-1" data-lacks><ul>${on.lacks.map((lack) => html`<li>${LACKS[lack.code](lack)}</li>`)}</ul></div>` : nothing}
    <div class="foot"><button type="button" class="button main" data-send data-ready=${ready ? "yes" : "no"} ?disabled=${on.busy} @click=${() => on.send()}>${icon("send")}<span>${t("Send the report")}</span></button></div></div>`;
}
