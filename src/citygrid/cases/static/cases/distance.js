// How far this device is from a place. The position stays in the browser: only the distance is shown.
const EARTH = 6371008.8; // mean radius in metres
const radians = (degrees) => (Number(degrees) * Math.PI) / 180;

function metres(lon, lat, lon2, lat2) {
  const a = Math.sin((radians(lat2) - radians(lat)) / 2) ** 2
    + Math.cos(radians(lat)) * Math.cos(radians(lat2)) * Math.sin((radians(lon2) - radians(lon)) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.sqrt(a));
}

document.addEventListener("click", (e) => {
  const button = e.target.closest("[data-distance]");
  if (!button) return;
  const told = button.parentElement.querySelector("[data-distance-told]");
  const none = () => { told.textContent = button.dataset.none; };
  if (!navigator.geolocation) return none();
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    const far = metres(button.dataset.lon, button.dataset.lat, coords.longitude, coords.latitude);
    told.textContent = button.dataset.words.replace("{0}", Math.round(far)).replace("{1}", Math.round(coords.accuracy));
  }, none, { enableHighAccuracy: true, timeout: 15000, maximumAge: 10000 });
});
