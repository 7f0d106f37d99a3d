// Special surveys (专项普查) and spot checks (抽查): all of them, one with its places, nearest first.
import { on } from "../../core/bus.js";
import { html, icon, nothing, render } from "../../core/html.js";
import * as place from "../../core/place.js";
import * as screens from "../../core/screens.js";
import { metres as far, t } from "../../core/words.js";
import { sketch } from "../report/sketch.js";
import { add } from "../tasks/list.js";
import { sorted, way } from "../tasks/sorting.js";
import { wayWords } from "../tasks/words.js";
import { dueOf, keyOf, survey, surveys } from "./known.js";
import "./answer.js";

const SHOWN = 60;
const NUMBERED = 9;
const path = (one, task) => `#/surveys/${one.id}${task ? `/${task.id}` : ""}`;

// Rows among the tasks: a spot check by itself, a survey as a whole at its nearest open place.
add(async () => {
  const here = place.newest();
  return (await surveys()).flatMap((one) => {
    const open = one.tasks.filter((task) => !task.done);
    const due = dueOf(one);
    if (one.kind === "spot") {
      return open.map((task) => ({ id: `spot ${task.id}`, title: one.kind_words, text: task.name, lon: task.lon, lat: task.lat, due, path: path(one, task) }));
    }
    const next = sorted(open, "near", here)[0];
    if (!next) return [];
    const text = t("{title}: {n} of {all} places are open", { title: one.title, n: open.length, all: one.tasks.length });
    return [{ id: `survey ${one.id}`, title: one.kind_words, text, lon: next.lon, lat: next.lat, due, path: path(one) }];
  });
});

function card(one) {
  const done = one.tasks.filter((task) => task.done).length;
  return html`<li><a class="card sv-card" href=${path(one)}>
    <span class="card-head"><strong>${one.title}</strong><span class="badge">${one.kind_words}</span>${icon("chevron-right")}</span>
    <progress max=${one.tasks.length} value=${done} aria-label=${t("Done")}></progress>
    <span class="quiet">${t("{n} of {all} done", { n: done, all: one.tasks.length })} · ${one.first_day} – ${one.last_day}</span></a></li>`;
}

async function list(root) {
  const draw = async () => {
    const found = await surveys();
    render(found.length ? html`<ul class="cards">${found.map(card)}</ul>`
      : html`<div class="empty">${icon("clipboard-list")}<p>${t("No survey is open in your duty grids. New ones come by themselves.")}</p></div>`, root);
  };
  const stops = [on("pack", draw), on("queue", draw)];
  await draw();
  return () => stops.forEach((stop) => stop());
}

function state(task) {
  if (task.entry?.state === "refused") return html`<span class="why">${t("Refused: {why}", { why: task.entry.message })}</span>`;
  if (task.entry && task.entry.state !== "sent") return html`<span class="badge">${t("waits to be sent")}</span>`;
  return task.done ? html`<span class="badge sv-done">${icon("check")}${t("done")}</span>` : nothing;
}

function row(one, task, at, here) {
  return html`<a href=${path(one, task)} data-task=${task.id}><b class="sv-number">${at}</b>
    <span><strong>${task.name || task.key}</strong><br><span class="quiet">${[keyOf(one, task), wayWords(here, task)].filter(Boolean).join(" · ")}</span> ${state(task)}</span>${icon("chevron-right")}</a>`;
}

async function show(root, { id }) {
  let left = false;
  const draw = async () => {
    const one = await survey(id);
    if (left) return;
    if (!one) {
      render(html`<div class="empty">${icon("clipboard-list")}<p>${t("This survey is no longer open.")}</p><a class="button plain" href="#/surveys">${t("All surveys")}</a></div>`, root);
      return;
    }
    screens.title(one.title);
    const here = place.newest();
    const open = sorted(one.tasks.filter((task) => !task.done), "near", here);
    const done = one.tasks.filter((task) => task.done);
    const numbered = here ? open.slice(0, NUMBERED) : [];
    const span = Math.max(60, ...numbered.map((task) => way(here, task).metres * 1.15));
    render(html`
      ${one.purpose ? html`<p>${one.purpose}</p>` : nothing}
      <p class="quiet">${t("{n} of {all} done", { n: done.length, all: one.tasks.length })} · ${one.first_day} – ${one.last_day}</p>
      ${numbered.length ? html`<details class="card" open><summary>${icon("map-2")} ${t("The nearest ones, {n} to the edge", { n: far(span) })}</summary>${sketch(here, { points: numbered, span })}</details>` : nothing}
      ${open.length ? html`<div class="list" data-open>${open.slice(0, SHOWN).map((task, n) => row(one, task, n < numbered.length ? n + 1 : "·", here))}</div>`
        : html`<p class="card good">${t("Everything here is done.")}</p>`}
      ${open.length > SHOWN ? html`<p class="quiet">${t("{n} more are farther away.", { n: open.length - SHOWN })}</p>` : nothing}
      ${done.length ? html`<details><summary>${t("Done ({n}): open one to correct it", { n: done.length })}</summary><div class="list">${done.slice(0, SHOWN).map((task) => row(one, task, "✓", here))}</div></details>` : nothing}`, root);
  };
  const stops = [place.watch(), on("place", draw), on("pack", draw), on("queue", draw)];
  await draw();
  return () => { left = true; stops.forEach((stop) => stop()); };
}

screens.register({ path: "surveys", title: "Special surveys", icon: "clipboard-list", order: 60, render: list });
screens.register({ path: "surveys/:id", title: "Special survey", icon: "clipboard-list", render: show });
