// Moving the place by hand: a tap on the sketch, or steps by buttons (keys). How far it lies from where the phone was is
// kept with the report.
import { html, icon } from "../../core/html.js";
import { metres, t } from "../../core/words.js";
import { STEP, moved, origin, reach, stepped, touched } from "./shift.js";
import { sketch } from "./sketch.js";

const WAYS = [["chevron-up", "North", 0, 1], ["chevron-down", "South", 0, -1], ["chevron-left", "West", -1, 0], ["chevron-right", "East", 1, 0]];

// `on`: the screen (report.js); `spot`: the place as it is; `hand`: components near it.
export function mover(on, spot, hand) {
  const from = origin(spot), far = moved(spot);
  const tapped = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    on.move(touched(from, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height));
  };
  return html`<div class="rp-mover" role="group" aria-label=${t("Move the place")}>
    <p>${t("Tap where it is, or go by steps of {n} m.", { n: STEP })}</p>
    <div class="rp-touch" @click=${tapped}>${sketch(from, { outlines: on.known.units.map((one) => one.shape), points: hand, to: far ? spot : null, span: reach(from) })}</div>
    <div class="rp-steps">${WAYS.map(([sign, name, east, north]) => html`<button type="button" class="button plain" aria-label=${t(name)} @click=${() => on.move(stepped(spot, from, [east, north]))}>${icon(sign)}</button>`)}</div>
    <p role="status">${far ? t("Moved by {metres}. That is noted with the report.", { metres: metres(far) }) : t("At the place of the phone.")}</p>
    <div class="row"><button type="button" class="button plain" ?disabled=${!far} @click=${() => on.unmove()}>${icon("rotate-clockwise")}<span>${t("Back to the phone")}</span></button>
      <button type="button" class="button plain" @click=${() => on.moving(false)}>${icon("check")}<span>${t("Take this place")}</span></button></div></div>`;
}
