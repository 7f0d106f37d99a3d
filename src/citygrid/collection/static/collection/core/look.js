// Day, night or as the phone is; large text. Kept on the device.
//   start()   look() -> {tone: "auto" | "day" | "night", large}   choose({tone?, large?})
import { tell } from "./bus.js";
import { keep, kept } from "./store.js";

let chosen = { tone: "auto", large: false };

export function look() {
  return chosen;
}

export async function start() {
  apply((await kept("look")) ?? chosen);
}

export async function choose(change) {
  apply({ ...chosen, ...change });
  await keep("look", chosen);
  tell("look", chosen);
}

function apply(next) {
  chosen = next;
  document.documentElement.dataset.tone = next.tone;
  document.documentElement.dataset.large = next.large ? "yes" : "no";
}
