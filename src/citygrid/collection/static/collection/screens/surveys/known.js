// Special surveys and spot checks of the pack, with what the own queue says of each task.
import * as outbox from "../../core/outbox.js";
import * as pack from "../../core/pack.js";

// [{...campaign, tasks: [{...task, entry, done}]}]; `entry`: the newest answer made here, whatever became of it.
export async function surveys() {
  const [section, entries] = await Promise.all([pack.get("surveys"), outbox.all()]);
  const answers = entries.filter((entry) => entry.kind === "survey_answer" && entry.state !== "away");
  return (section ?? []).map((one) => ({ ...one, tasks: one.tasks.map((task) => told(task, answers)) }));
}

function told(task, answers) {
  const entry = answers.find((one) => one.data.task === task.id) ?? null;
  const done = Boolean(task.answered_at) || (entry !== null && entry.state !== "refused");
  return { ...task, entry, done };
}

export async function survey(id) {
  return (await surveys()).find((one) => one.id === id) ?? null;
}

// The code of a component that a task is about; of other things the name, or the grid, says it all.
export const keyOf = (survey, task) => (survey.target === "components" && task.name ? task.key : "");

// The end of the last day by the phone's clock: what a survey's light goes by.
export const dueOf = (survey) => new Date(`${survey.last_day}T23:59:59`).toISOString();

// What lacks before an answer may go: [{part, label}].
export function missing(survey, data) {
  const lacks = survey.fields
    .filter((one) => one.required && (data.values[one.name] ?? "") === "")
    .map((one) => ({ part: one.name, label: one.label }));
  if (data.photos.length < survey.photos) lacks.push({ part: "photos", label: "" });
  if (!data.place) lacks.push({ part: "place", label: "" });
  return lacks;
}

// Values as the form of the server reads them: numbers as numbers, yes and no as such, what is empty left out.
export function values(fields, typed) {
  const found = {};
  for (const { name, kind } of fields) {
    const value = typed[name] ?? "";
    if (value === "") continue;
    if (kind === "number") found[name] = Number(value);
    else if (kind === "yes_no") found[name] = value === "yes";
    else found[name] = value;
  }
  return found;
}

// The other way, for an answer that is corrected.
export function typed(fields, found) {
  const told = {};
  for (const { name, kind } of fields) {
    const value = found?.[name];
    if (value === undefined || value === null) continue;
    told[name] = kind === "yes_no" ? (value ? "yes" : "no") : String(value);
  }
  return told;
}
