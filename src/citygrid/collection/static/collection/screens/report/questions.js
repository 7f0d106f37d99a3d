// Questions that hold up a report for a moment.
import { ask } from "../../core/dialog.js";
import { html, icon } from "../../core/html.js";
import { moment, t } from "../../core/words.js";

// "Already reported 40 m away, 2 h ago: same?" Gives "same", "add", "another" or null (back to the draft).
export function same(rows, { comment, during }) {
  const text = html`<p>${t("Of this class there is an open case nearby. Look before you send.")}</p>
    <ul class="near">${rows.slice(0, 4).map((row) => html`<li>${row.picture ? html`<img src=${row.picture} alt=${t("Photo of the earlier report")}>` : icon("map-pin")}<span>${nearWords(row)}</span></li>`)}</ul>`;
  const choices = [{ value: "another", label: t("Another one: send it"), icon: "send", tone: "main" }];
  if (comment && rows[0].case && !rows[0].own) choices.push({ value: "add", label: t("The same: add to it"), icon: "message" });
  choices.push({ value: "same", label: t("The same: do not send"), icon: "copy" });
  return ask({ title: t("Already reported?"), text, choices, during });
}

function nearWords(row) {
  const told = t("{metres} m away, {ago}", { metres: row.metres, ago: ago(Date.now() - Date.parse(row.received_at)) });
  return [told, row.own ? t("by yourself") : "", row.report_no].filter(Boolean).join(" · ");
}

// Whether a draft with its photos is to be thrown away.
export async function throwAway(during) {
  const choices = [{ value: "yes", label: t("Throw away"), icon: "trash", tone: "bad" }];
  return (await ask({ title: t("Throw this draft away?"), text: t("Its photos go too. This cannot be undone."), choices, during })) === "yes";
}

// A span in the words that one says: minutes below two hours, then hours, then the moment.
export function ago(milliseconds) {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  if (minutes < 120) return t("{n} min ago", { n: minutes });
  if (minutes < 48 * 60) return t("{n} h ago", { n: Math.round(minutes / 60) });
  return moment(Date.now() - milliseconds);
}
