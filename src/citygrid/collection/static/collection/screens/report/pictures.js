// Small pictures of files that lie on the device: their addresses live as long as the screen that shows them.
import { html } from "../../core/html.js";
import * as files from "../../core/files.js";
import { t } from "../../core/words.js";

export class Pictures {
  constructor(changed) {
    Object.assign(this, { changed, urls: new Map() });
  }

  // The address of a file's preview, "" until it is read.
  url(id, { small = true } = {}) {
    const key = `${id}${small ? "" : ":large"}`;
    if (!this.urls.has(key)) {
      this.urls.set(key, "");
      files.address(id, { small }).then((url) => {
        if (!this.urls.has(key)) return files.release(url);
        this.urls.set(key, url);
        this.changed();
      });
    }
    return this.urls.get(key);
  }

  end() {
    for (const url of this.urls.values()) files.release(url);
    this.urls.clear();
  }

  // A strip of photos, each with a cross that takes it out.
  strip(ids, { label, remove }) {
    return html`<ul class="strip" aria-label=${label}>${ids.map((id, at) => html`<li>
      <img src=${this.url(id)} alt=${t("Photo {n}", { n: at + 1 })}>
      <button type="button" class="strip-cross" aria-label=${t("Remove photo {n}", { n: at + 1 })} @click=${() => remove(id)}>×</button>
    </li>`)}</ul>`;
  }
}
