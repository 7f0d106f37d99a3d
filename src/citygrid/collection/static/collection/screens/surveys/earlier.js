// The earlier photos of the cases of open spot checks, kept on the device as those of tasks are; others go.
import { ahead } from "../../core/ahead.js";
import { on } from "../../core/bus.js";
import { photosOf } from "../tasks/earlier.js";
import { surveys } from "./known.js";

const kept = ahead("spot:", 960);

export const address = kept.address;

// Fetches what is missing; gives the number that came.
export async function fetchAll() {
  const tasks = (await surveys()).flatMap((one) => one.tasks);
  return kept.fetchAll(tasks.filter((task) => !task.done).flatMap(photosOf));
}

on("pack", (names) => names?.includes("surveys") && fetchAll().catch(() => {}));
