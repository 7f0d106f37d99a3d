// Open tasks of the pack with what the own queue says of them: an answer that waits, was taken, or was refused.
import * as outbox from "../../core/outbox.js";
import * as pack from "../../core/pack.js";

export const nameOfTask = (task) => `${task.case}:${task.item}`;
const sameTask = (entry, task) => entry.kind === "answer" && entry.data.case === task.case && entry.data.item === task.item;

// {rows: [task with `answer`: its newest entry or null], refused: entries of tasks that are gone, got: was it ever got}
export async function tasks() {
  const [section, entries] = await Promise.all([pack.get("tasks"), outbox.all()]);
  const answers = entries.filter((entry) => entry.kind === "answer");
  const rows = (section?.rows ?? [])
    .map((task) => ({ ...task, answer: answers.find((entry) => sameTask(entry, task) && entry.state !== "away") ?? null }))
    .filter((task) => task.answer?.state !== "sent");
  const open = new Set(rows.map(nameOfTask));
  const refused = answers.filter((entry) => entry.state === "refused" && !open.has(nameOfTask(entry.data)));
  return { rows, refused, got: section !== null };
}

export async function task(id) {
  return (await tasks()).rows.find((one) => one.id === id) ?? null;
}
