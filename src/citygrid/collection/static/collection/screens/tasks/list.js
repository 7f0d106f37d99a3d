// The tasks of a person: verify, check, and what other rooms add, the latest first or the nearest.
import { on } from "../../core/bus.js";
import { html, icon, live, nothing, render } from "../../core/html.js";
import * as pack from "../../core/pack.js";
import * as place from "../../core/place.js";
import * as screens from "../../core/screens.js";
import { keep, kept } from "../../core/store.js";
import { moment, t } from "../../core/words.js";
import { pick } from "../report/known.js";
import * as earlier from "./earlier.js";
import { tasks } from "./known.js";
import { sorted } from "./sorting.js";
import { answered, line, refusal } from "./words.js";

const EVERY = 30_000; // the lights go on

// Tasks of other rooms (special surveys, spot checks): add(async () => [{id, title, text, lon, lat, due, path}]).
const SOURCES = [];
export function add(source) {
  if (!SOURCES.includes(source)) SOURCES.push(source);
}

function card(task, here, acting) {
  const act = acting.answers[task.act];
  const title = task.title ?? [act ? pick(act.words) : task.act, task.class_name].filter(Boolean).join(" · ");
  return html`<li><a class="card tk" href=${task.path ?? `#/tasks/${encodeURIComponent(task.id)}`}>
    <span class="tk-head"><strong>${title}</strong>${task.safety ? html`<span class="badge rp-danger">${t("Danger to the public")}</span>` : nothing}${icon("chevron-right")}</span>
    ${line(here, task)}
    ${task.address || task.text ? html`<span>${task.address || task.text}</span>` : nothing}
    ${answered(task.answer)}</a></li>`;
}

function gone(entry) {
  return html`<li class="card bad"><strong>${entry.shown?.title ?? ""}</strong>
    <p class="why">${t("Your answer came too late or was refused: {why}", { why: refusal(entry) })}</p>
    <p class="quiet">${moment(entry.made_at)} · ${t("The photos stay on this device.")}</p>
    <a class="button plain" href="#/queue">${icon("cloud-upload")}<span>${t("Look in the queue")}</span></a></li>`;
}

async function show(root) {
  let by = (await kept("tasks-by")) ?? "late", turn = 0, left = false;
  const choose = async (value) => { by = value; await keep("tasks-by", value); await draw(); };
  async function draw() {
    const mine = (turn += 1);
    const [known, acting, ...others] = await Promise.all([tasks(), pack.get("acting"), ...SOURCES.map((source) => source().catch(() => []))]);
    if (mine !== turn || left) return;
    const here = place.newest(), all = sorted([...known.rows, ...others.flat()], by, here);
    render(html`
      <fieldset class="picks"><legend class="sr">${t("Order")}</legend>
        ${[["late", t("Latest first")], ["near", t("Nearest first")]].map(([value, words]) => html`<label><input type="radio" name="by" value=${value} .checked=${live(by === value)} @change=${() => choose(value)}><span>${words}</span></label>`)}</fieldset>
      ${by === "near" && !here ? html`<p class="quiet" role="status">${t("Looking for the place …")}</p>` : nothing}
      ${known.refused.length ? html`<ul class="cards" aria-label=${t("Refused answers")}>${known.refused.map(gone)}</ul>` : nothing}
      ${all.length ? html`<ul class="cards" data-tasks>${all.map((one) => card(one, here, acting ?? { answers: {} }))}</ul>`
        : html`<div class="empty">${icon("list-check")}<p>${known.got ? t("No task is open. New ones come by themselves.") : t("The tasks are not on this device yet. Connect once.")}</p></div>`}
      <div class="foot"><button type="button" class="button plain" @click=${fetchNow}>${icon("refresh")}<span>${t("Look for new tasks")}</span></button></div>`, root);
  }
  async function fetchNow() {
    await pack.refresh().catch(() => {});
    await photos();
  }
  const photos = async () => earlier.fetchAll((await tasks()).rows).catch(() => 0);
  const stops = [place.watch(), on("place", draw), on("pack", () => { draw(); photos(); }), on("queue", draw)];
  const clock = setInterval(draw, EVERY);
  await draw();
  photos();
  return () => { left = true; clearInterval(clock); stops.forEach((stop) => stop()); };
}

screens.register({ path: "tasks", title: "My tasks", icon: "list-check", order: 20, bar: true, render: show });

// Photos of new tasks are fetched as soon as the pack brings them, whatever screen is shown.
on("pack", (names) => names?.includes("tasks") && tasks().then(({ rows }) => earlier.fetchAll(rows)).catch(() => {}));
