// Words and signs of a task, the same in the list and on its own page.
import { html, icon, nothing } from "../../core/html.js";
import { metres, moment, t } from "../../core/words.js";
import { lightOf, way } from "./sorting.js";

const SIGNS = { red: "alert-triangle", yellow: "hourglass", green: "clock", paused: "player-pause", none: "circle-dashed" };

const lightWords = () => ({ red: t("Overdue"), yellow: t("Due soon"), green: t("In time"), paused: t("Clock stopped"), none: t("No limit") });
const directions = () => [t("north"), t("north-east"), t("east"), t("south-east"), t("south"), t("south-west"), t("west"), t("north-west")];

// The light: colour, sign and words, with the time left or over.
export function lamp(task, now = Date.now()) {
  const light = lightOf(task, now);
  const left = task.due && light !== "paused" ? span(Date.parse(task.due) - now) : "";
  return html`<span class="tk-lamp" data-light=${light}>${icon(SIGNS[light])}<span>${lightWords()[light]}${left ? ` · ${left}` : ""}</span></span>`;
}

function span(milliseconds) {
  const minutes = Math.round(Math.abs(milliseconds) / 60_000), over = milliseconds < 0;
  const [n, days] = [Math.floor(minutes / 60), minutes >= 2880];
  if (days) return over ? t("{n} days over", { n: Math.round(minutes / 1440) }) : t("{n} days left", { n: Math.round(minutes / 1440) });
  if (n) return over ? t("{h} h {m} min over", { h: n, m: minutes % 60 }) : t("{h} h {m} min left", { h: n, m: minutes % 60 });
  return over ? t("{m} min over", { m: minutes }) : t("{m} min left", { m: minutes });
}

export function wayWords(here, task) {
  const found = way(here, task);
  return found ? `${metres(found.metres)} · ${directions()[found.eighth]}` : "";
}

export function line(here, task) {
  const far = wayWords(here, task);
  return html`<p class="tk-line">${lamp(task)}
    ${far ? html`<span>${icon("navigation")}${far}</span>` : nothing}
    ${task.due ? html`<span class="quiet">${t("until {moment}", { moment: moment(task.due) })}</span>` : nothing}</p>`;
}

// What became of an answer that was made here.
export function answered(entry) {
  if (!entry) return nothing;
  if (entry.state === "refused") return html`<p class="why">${t("Your answer was refused: {why}", { why: refusal(entry) })}</p>`;
  return html`<p class="quiet">${icon("cloud-upload")} ${t("Answered; it is being sent.")}</p>`;
}

export const refusal = (entry) => [entry.message, entry.facts?.state_words].filter(Boolean).join(" · ");
