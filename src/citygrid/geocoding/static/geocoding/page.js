// The search page: a result is shown on the map; a click on the map asks what is there.
const page = document.querySelector("[data-geo-page]");

function show(button) {
  const { lon, lat, label } = button.dataset;
  document.dispatchEvent(new CustomEvent("citygrid:place", { detail: { lon: Number(lon), lat: Number(lat), label } }));
}

page.addEventListener("click", (e) => {
  const button = e.target.closest("[data-geo-show]");
  if (button) show(button);
});
page.addEventListener("citygrid:geocoded", (e) => {
  const point = page.querySelector("#geo-point");
  if (e.detail.hint) point.requestSubmit();
});
page.addEventListener("citygrid:picked", () => page.querySelector("#geo-point").requestSubmit());
