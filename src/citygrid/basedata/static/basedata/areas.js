// Pages of areas: rows of a list and shapes of the map beside it are chosen together, in either place.
const map = document.getElementById("bd_map");
const list = document.getElementById("bd_rows");
const boxes = list ? [...list.querySelectorAll('input[type="checkbox"][name="grid"]')] : [];
const status = list?.querySelector("[data-chosen]");
let told = false;

function show() {
  const chosen = boxes.filter((box) => box.checked);
  for (const box of boxes) box.closest("tr").setAttribute("aria-selected", String(box.checked));
  if (status) status.textContent = chosen.length ? status.dataset.some.replace("{0}", chosen.length) : status.dataset.none;
  for (const button of list.querySelectorAll("[data-needs]")) {
    const needs = Number(button.dataset.needs);
    button.disabled = button.formAction.endsWith("/split/") ? chosen.length !== 1 : chosen.length < needs;
  }
  return chosen.map((box) => box.value);
}

if (map && boxes.length) {
  list.addEventListener("change", () => {
    const keys = show();
    told = true;
    map.dispatchEvent(new CustomEvent("citygrid:select", { detail: { keys } }));
    told = false;
  });
  map.addEventListener("citygrid:selected", (event) => {
    if (told) return;
    const keys = new Set(event.detail.features.filter((one) => !one.layer).map((one) => one.key));
    for (const box of boxes) box.checked = keys.has(box.value);
    show();
    boxes.find((box) => box.checked)?.closest("tr").scrollIntoView({ block: "nearest" });
  });
  map.addEventListener("citygrid:ready", () => list.dispatchEvent(new Event("change")));
  show();
}

// A form may show the unit grids of another community; what was chosen before stays in its field.
for (const select of document.querySelectorAll("[data-shows]")) {
  select.addEventListener("change", async () => {
    if (!select.value) return;
    const answer = await fetch(select.value, { headers: { Accept: "application/geo+json" } });
    if (!answer.ok) return;
    const target = document.querySelector(select.dataset.shows);
    target.dispatchEvent(new CustomEvent("citygrid:shapes", { detail: { geojson: await answer.json(), fit: true } }));
  });
}
