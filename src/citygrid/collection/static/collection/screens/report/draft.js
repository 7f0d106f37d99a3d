// One draft of a report or of an answer: every change is on the disk before long, a photo at once.
import * as drafts from "../../core/drafts.js";
import * as files from "../../core/files.js";

const SOON = 250;
// Which lists of the data name files, in the order in which they are shown.
export const FILE_LISTS = ["photos", "after", "sounds", "films"];

export class Draft {
  constructor({ id = crypto.randomUUID(), screen, data }) {
    Object.assign(this, { id, screen, data, timer: null, saved: Promise.resolve(), gone: false });
  }

  get files() {
    return FILE_LISTS.flatMap((list) => this.data[list] ?? []);
  }

  // Keeps a change: `at once` where losing it would hurt (a photo), else when the fingers rest.
  change(patch, { atOnce = false } = {}) {
    Object.assign(this.data, patch);
    clearTimeout(this.timer);
    if (atOnce) return this.save();
    this.timer = setTimeout(() => this.save(), SOON);
    return this.saved;
  }

  save() {
    clearTimeout(this.timer);
    this.timer = null;
    const { id, screen } = this;
    this.saved = this.saved.catch(() => {}).then(() =>
      this.gone ? null : drafts.save({ id, screen, data: structuredClone(this.data), files: this.files }));
    return this.saved;
  }

  // What was typed last and waits: called when the screen is left or the phone is put away.
  async flush() {
    if (this.timer) await this.save();
    await this.saved;
  }

  // From now on it is the queue's, or thrown away: nothing writes it any more.
  async end() {
    clearTimeout(this.timer);
    this.timer = null;
    await this.saved.catch(() => {});
    this.gone = true;
  }

  async throwAway() {
    await this.end();
    await drafts.drop(this.id);
  }

  // Takes a photo, sound or film: the file first, then the draft that names it.
  async take(list, blob, facts, options = {}) {
    const id = await files.take(blob, { facts, ...options });
    await this.change({ [list]: [...(this.data[list] ?? []), id] }, { atOnce: true });
    return id;
  }

  async remove(list, id) {
    await this.change({ [list]: (this.data[list] ?? []).filter((one) => one !== id) }, { atOnce: true });
    await files.drop(id);
  }
}

export async function load(id) {
  const row = await drafts.one(id);
  return row ? new Draft(row) : null;
}
