// What may be drawn: the register of layers as this person sees it (docs/maps.md). Asked once for a page.
const NOTHING = { state: "", extent: null, centre: null, groups: [], layers: [] };
let asked;

export function register() {
  asked ??= fetch("/maps/layers.json", { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
    .then((found) => ({ ...NOTHING, ...found }))
    .catch(() => ({ ...NOTHING, failed: true }));
  return asked;
}

export const isVector = (entry) => entry.kind === "source" || entry.kind === "features";
