// Components in the field: scan or type a label, look at the card without a network, see what became of own changes.
import { on } from "../../core/bus.js";
import { html, icon, nothing, render } from "../../core/html.js";
import * as place from "../../core/place.js";
import * as screens from "../../core/screens.js";
import { metres as far, moment, t } from "../../core/words.js";
import { card, cards, changes, codeOf, fieldsOf, nearest, search } from "./known.js";
import { scan } from "./scan.js";
import "./change.js";

const MOST = 12;

class ListScreen {
  constructor(root) {
    Object.assign(this, { root, typed: "", note: "", stop: null, scanning: false, left: false });
    const draw = () => this.draw();
    this.stops = [place.watch(), on("place", draw), on("pack", draw), on("queue", draw)];
  }

  async scan() {
    Object.assign(this, { scanning: true, note: "" });
    await this.draw();
    try {
      this.stop = await scan(this.root.querySelector("video"), (text) => this.found(text));
      if (this.left) this.stop();
    } catch {
      this.put(t("The label cannot be scanned here: type the code below it."));
    }
  }

  put(note) {
    this.stop?.();
    Object.assign(this, { stop: null, scanning: false, note });
    return this.draw();
  }

  async found(text) {
    const code = codeOf(text);
    if (!code) return this.put(t("This is no label of a component."));
    await this.put("");
    screens.go(`components/${code}`);
  }

  async draw() {
    const [known, asked] = await Promise.all([cards(), changes()]);
    if (this.left) return;
    const here = place.newest();
    const rows = this.typed ? search(known, this.typed, MOST) : here ? nearest(known, here, MOST) : [];
    const code = codeOf(this.typed);
    render(html`
      ${this.scanning ? html`<section class="card"><video class="sv-scan" playsinline muted aria-label=${t("What the camera sees")}></video>
        <button type="button" class="button plain" @click=${() => this.put("")}>${t("Stop scanning")}</button></section>` : nothing}
      ${this.note ? html`<p class="card warn" role="status">${this.note}</p>` : nothing}
      <label class="field"><span>${t("Code, name or class")}</span><input type="search" data-code autocomplete="off" .value=${this.typed} @input=${(e) => { this.typed = e.target.value; this.draw(); }}></label>
      ${rows.length ? html`<h2>${this.typed ? t("Found") : t("Nearest")}</h2><div class="list" data-found>${rows.map((one) => this.row(known, one))}</div>`
        : this.typed ? html`<p class="quiet">${t("Nothing of that in your duty area.")}</p>${code ? html`<a class="button plain" href=${`#/components/${code}`}>${t("Look for {code}", { code })}</a>` : nothing}` : nothing}
      ${known.cut ? html`<p class="quiet">${t("There are more components here than the phone holds: the nearest may be missing.")}</p>` : nothing}
      ${mine(asked)}
      <div class="foot">${known.may ? html`<a class="button plain" href="#/components/new/change">${icon("map-pin-plus")}<span>${t("New one")}</span></a>` : nothing}
        <button type="button" class="button main" data-scan @click=${() => this.scan()}>${icon("qrcode")}<span>${t("Scan a label")}</span></button></div>`, this.root);
  }

  row(known, one) {
    const name = known.classes[one.class_id]?.name ?? one.class_id;
    return html`<a href=${`#/components/${one.code}`}><span><strong>${[name, one.name === name ? "" : one.name].filter(Boolean).join(" · ")}</strong><br><span class="quiet">${one.code}${one.metres === undefined ? "" : ` · ${far(one.metres)}`}</span></span>${icon("chevron-right")}</a>`;
  }

  end() {
    this.left = true;
    this.stop?.();
    this.stops.forEach((stop) => stop());
  }
}

function mine({ waiting, told }) {
  if (!waiting.length && !told.length) return nothing;
  return html`<h2>${t("What you asked to change")}</h2><ul class="cards" data-changes>
    ${waiting.map((one) => html`<li class=${`card ${one.state === "refused" ? "bad" : "act"}`}><span class="card-head"><strong>${one.shown?.title ?? ""}</strong><span class="badge">${one.state === "refused" ? t("not taken") : one.state === "sent" ? t("sent") : t("waits to be sent")}</span></span>
      <span class="quiet">${one.shown?.text ?? ""}</span>${one.state === "refused" ? html`<p class="why">${one.message}</p>` : nothing}</li>`)}
    ${told.map((one) => html`<li class=${`card ${{ approved: "good", refused: "bad" }[one.status] ?? "act"}`}><span class="card-head"><strong>${one.class_name} · ${one.kind_words}</strong><span class="badge">${one.status_words}</span></span>
      <span class="quiet">${[one.code, moment(one.asked_at)].filter(Boolean).join(" · ")}</span>${one.answer ? html`<p>${one.answer}</p>` : nothing}</li>`)}</ul>`;
}

async function list(root) {
  const screen = new ListScreen(root);
  await screen.draw();
  return () => screen.end();
}

const CHANGES = [["attributes", "edit", "Facts are other"], ["state", "alert-circle", "Its state is other"], ["move", "map-pin", "It stands elsewhere"], ["missing", "circle-x", "It is gone"]];

async function show(root, { code }) {
  const draw = async () => {
    const [known, one] = await Promise.all([cards(), card(code)]);
    if (!one) {
      render(html`<div class="empty">${icon("search")}<p>${t("{code} is not on this phone: it is outside your duty area, or new. With a network the register may know it.", { code })}</p>
        <a class="button plain" href=${`/basedata/components/${code}/`}>${t("Ask the register")}</a><a class="button plain" href="#/components">${t("Back")}</a></div>`, root);
      return;
    }
    screens.title(one.class_name);
    const facts = fieldsOf(known, one.class_id).filter(({ name }) => one.cells[name]);
    const said = ({ choices, name }) => choices.find(([value]) => value === one.cells[name])?.[1] ?? one.cells[name];
    const here = place.newest();
    render(html`<section class="card" data-card><h2>${one.name || one.class_name}</h2>
      <dl class="sv-facts"><dt>${t("Code")}</dt><dd>${one.code}</dd>${facts.map((field) => html`<dt>${field.title}</dt><dd>${said(field)}</dd>`)}
        <dt>${t("Unit grid")}</dt><dd>${one.grid}</dd>${here ? html`<dt>${t("Distance")}</dt><dd>${far(place.distance(here, one))}</dd>` : nothing}</dl></section>
      ${known.may ? html`<h2>${t("What is wrong here?")}</h2><div class="list">${CHANGES.map(([kind, sign, words]) => html`<a href=${`#/components/${code}/change?kind=${kind}`}>${icon(sign)}<span>${t(words)}</span>${icon("chevron-right")}</a>`)}</div>`
        : html`<p class="quiet">${t("Your post may not ask for changes of components.")}</p>`}`, root);
  };
  const stops = [place.watch(), on("place", draw), on("pack", draw)];
  await draw();
  return () => stops.forEach((stop) => stop());
}

screens.register({ path: "components", title: "Components", icon: "qrcode", order: 70, render: list });
screens.register({ path: "components/:code", title: "Component", icon: "qrcode", render: show });
