// At a border: one question before a report goes, when the circle of its position touches two that answer (asks 9).
//
//   const answer = await ask(place, accuracy, classId, pack, {component, during});
//   ... const entry = await outbox.add({kind: "report", ...});
//   if (answer) await keep(answer, entry, caseId);
//
// place: {lon, lat}; accuracy: metres; pack: core/pack.js (or anything with `get(section)`); component: the code of the
// component that was picked: then its owner is known and nothing is asked. The answer is null when there is nothing to
// ask (one side, or no section `owners` on the device yet), else {class, lon, lat, accuracy, sides, chosen, follows}:
// `chosen` the id of a body, or null: "cannot tell". It never throws: a report is never held up by this. `during`: the
// visit of the screen that asks (core/visit.js); undefined when it ended before the question was answered.

import { modal } from "../../core/dialog.js";
import * as outbox from "../../core/outbox.js";
import { visit } from "../../core/visit.js";
import { t } from "../../core/words.js";
import { kind } from "../queue/kinds.js";
import { decided, sides } from "./sides.js";

kind("border", { name: () => t("Answer at a border") });

/** Asks when it must; see above. */
export async function ask(place, accuracy, classId, pack, { component = "", during = visit() } = {}) {
  if (component || !classId || !place) return null;
  let owners = null;
  try {
    owners = await pack.get("owners");
  } catch {
    owners = null;
  }
  if (!owners?.regions) return null;
  const found = sides(place, accuracy, classId, owners);
  if (found.length < 2) return null;
  const before = decided(place, classId, owners)[0] ?? null;
  const chosen = during.aborted ? null : await choose(found, before, during);
  if (during.aborted) return undefined;
  return {
    class: classId,
    lon: place.lon,
    lat: place.lat,
    accuracy: accuracy ?? null,
    sides: found,
    chosen,
    follows: before && before.body === chosen ? before.id : null,
  };
}

/** Puts the answer into the queue, to go after its report. `entry`: the id that outbox.add gave for the report. */
export function keep(answer, entry, caseId) {
  const shown = { title: t("Which side is it on?"), text: answer.sides.find((one) => one.body === answer.chosen)?.name ?? t("Cannot tell") };
  return outbox.add({ kind: "border", data: { ...answer, report: entry, case: caseId }, after: [entry], shown });
}

function element(name, className, ...inside) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}

function choice(one, before) {
  const button = element("button", "border-side", element("strong", "", one.name));
  button.type = "button";
  const far = one.metres ? t("{metres} m away", { metres: Math.round(one.metres) }) : t("you stand on this side");
  button.append(element("span", "", far));
  if (before?.body === one.body) button.append(element("span", "border-before", t("decided here before")));
  return button;
}

/** Shows the question; gives the id of the body, or null for "cannot tell" (also by Escape). */
function choose(found, before, during) {
  const dialog = element("dialog", "border-ask");
  const title = element("h2", "", t("Which side is it on?"));
  title.id = "border-title";
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.append(title, element("p", "", t("Your position is near a border. Two units answer here.")));
  if (before) {
    const words = t("{metres} m from here it was decided on {day}: {name}", {
      metres: Math.round(before.metres), day: before.day, name: before.name,
    }); // prettier-ignore
    dialog.append(element("p", "border-precedent", words));
  }
  const buttons = found.map((one) => [one.body, choice(one, before)]);
  const unsure = element("button", "border-unsure", t("Cannot tell"));
  unsure.type = "button";
  dialog.append(...buttons.map(([, button]) => button), unsure);
  dialog.append(element("p", "border-hint", t("A photo that shows the border helps whoever decides.")));
  return new Promise((resolve) => {
    const done = (body) => {
      dialog.close();
      dialog.remove();
      resolve(body);
    };
    for (const [body, button] of buttons) button.addEventListener("click", () => done(body));
    unsure.addEventListener("click", () => done(null));
    modal(dialog, done, during);
  });
}
