// Pages of teams. The list of people asks the server for itself again; the map then shows the places that came with it.
// A button with data-print prints the page.
const map = document.getElementById("tm-map");

document.addEventListener("htmx:after:swap", () => {
  const told = document.getElementById("tm-shapes");
  if (!map || !told || told.textContent === map.dataset.told) return;
  map.dataset.told = told.textContent;
  map.dispatchEvent(new CustomEvent("citygrid:shapes", { detail: { geojson: JSON.parse(told.textContent), fit: false } }));
});

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
