// A field that finds places as one types: arrows and Enter choose, Escape closes. The chosen point goes into the fields
// lon and lat of the form (`data-form`, else the one around it) and to the map, by the event `citygrid:place`.
const WAIT = 180;

class Field {
  constructor(el) {
    this.el = el;
    this.input = el.querySelector("[role=combobox]");
    this.list = el.querySelector("[role=listbox]");
    this.status = el.querySelector("[data-geocode-status]");
    this.at = -1;
    this.found = [];
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (e) => this.key(e));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (e) => e.preventDefault());
    this.list.addEventListener("click", (e) => {
      const option = e.target.closest("[role=option]");
      if (option) this.take([...this.list.children].indexOf(option));
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const q = this.input.value.trim();
    this.asked?.abort();
    if (!q) return this.close();
    this.asked = new AbortController();
    const query = new URLSearchParams({ q, limit: "8" });
    if (this.el.dataset.near) query.set("near", this.el.dataset.near);
    const crs = this.form()?.querySelector("[name=crs]")?.value;
    if (crs) query.set("crs", crs);
    try {
      const answer = await fetch(`${this.el.dataset.url}?${query}`, { signal: this.asked.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { matches, hints } = await answer.json();
      // What was typed meanwhile asks anew.
      if (this.input.value.trim() === q) this.show(matches, hints);
    } catch (error) {
      if (error.name !== "AbortError") {
        this.close();
        this.status.textContent = this.el.dataset.failed;
      }
    }
    return undefined;
  }

  show(matches, hints) {
    this.found = [...matches, ...hints.map((hint) => ({ ...hint, words: hint.message, hint: true }))];
    this.list.replaceChildren(...this.found.map((one, i) => this.option(one, i)));
    this.list.hidden = !this.found.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark(-1);
    this.status.textContent = this.found.length ? this.el.dataset.some.replace("{0}", this.found.length) : this.el.dataset.none;
  }

  option(one, i) {
    const item = document.createElement("li"), name = document.createElement("b"), more = document.createElement("small");
    item.id = `${this.list.id}_${i}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    if (one.hint) item.className = "geo-hint";
    name.textContent = one.words;
    more.textContent = one.hint ? this.el.dataset.take : [one.street_name, one.community_name, one.how_said].filter(Boolean).join(" · ");
    item.append(name, more);
    return item;
  }

  mark(at) {
    this.at = at;
    [...this.list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    if (at < 0) return this.input.removeAttribute("aria-activedescendant");
    this.list.children[at].scrollIntoView({ block: "nearest" });
    return this.input.setAttribute("aria-activedescendant", this.list.children[at].id);
  }

  key(e) {
    const count = this.found.length, open = !this.list.hidden;
    if (e.isComposing) return;
    if (e.key === "ArrowDown" && !open) this.ask();
    else if (e.key === "ArrowDown" && count) this.mark((this.at + 1) % count);
    else if (e.key === "ArrowUp" && open && count) this.mark((this.at + count - (this.at < 0 ? 0 : 1)) % count);
    else if (e.key === "Escape" && open) this.close();
    else if (e.key === "Enter" && open && count) this.take(Math.max(0, this.at));
    else if (e.key === "Enter" && !this.el.dataset.go) this.ask();
    else return;
    e.preventDefault();
    e.stopPropagation();
  }

  take(i) {
    const one = this.found[i];
    if (!one) return;
    if (!one.hint) this.input.value = one.words;
    this.close();
    this.status.textContent = one.words;
    const form = this.form();
    this.put(form, "lon", one.lon.toFixed(7));
    this.put(form, "lat", one.lat.toFixed(7));
    const address = form?.querySelector("[name=address]");
    if (address && !address.value && !one.hint) this.put(form, "address", one.words);
    document.dispatchEvent(new CustomEvent("citygrid:place", { detail: { lon: one.lon, lat: one.lat, label: one.hint ? "" : one.words } }));
    this.el.dispatchEvent(new CustomEvent("citygrid:geocoded", { bubbles: true, detail: one }));
  }

  put(form, name, value) {
    const field = form?.querySelector(`[name=${name}]`);
    if (!field) return;
    field.value = value;
    for (const event of ["input", "change"]) field.dispatchEvent(new Event(event, { bubbles: true }));
  }

  form() {
    return this.el.dataset.form ? document.querySelector(this.el.dataset.form) : this.el.closest("form");
  }

  close() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.found = [];
    this.list.hidden = true;
    this.list.replaceChildren();
    this.input.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }
}

const made = new WeakSet();
function fields(root) {
  for (const el of root.querySelectorAll?.("[data-geocode]") ?? []) {
    if (made.has(el)) continue;
    made.add(el);
    new Field(el);
  }
}
fields(document);
document.addEventListener("htmx:after:swap", () => fields(document));
