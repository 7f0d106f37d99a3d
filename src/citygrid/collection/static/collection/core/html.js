// Templates of lit-html, and icons. Screens import from here alone, so that only this file knows where the library lies.
import { html, svg, render, nothing } from "../../vendor/lit-html/lit-html.js";

export { html, svg, render, nothing };
export { repeat } from "../../vendor/lit-html/directives/repeat.js";
export { classMap } from "../../vendor/lit-html/directives/class-map.js";
export { ifDefined } from "../../vendor/lit-html/directives/if-defined.js";
export { live } from "../../vendor/lit-html/directives/live.js";
export { ref, createRef } from "../../vendor/lit-html/directives/ref.js";

const SPRITE = new URL("../../icons.svg", import.meta.url).pathname;

// An icon by its Tabler name (those named in package.json under "icons"); only for the eye: say it in words beside it.
export function icon(name, more = "") {
  return html`<svg class=${`icon ${more}`} aria-hidden="true"><use href=${`${SPRITE}#${name}`}></use></svg>`;
}
