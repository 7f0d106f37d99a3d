// The earlier photos of open tasks, kept on the device for work without a network; what belongs to no open task goes.
import { ahead } from "../../core/ahead.js";

const kept = ahead("earlier:", 960);

export const photosOf = (task) => [...(task.photos ?? []), ...(task.photos_after ?? [])];

// The address of a photo that is on the device, or "".
export const address = kept.address;

// Fetches what is missing; gives the number that came.
export const fetchAll = (tasks) => kept.fetchAll(tasks.flatMap(photosOf));
