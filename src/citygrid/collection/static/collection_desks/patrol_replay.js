// Replay of a patrol: a hand on the timeline and a point on the map, moved by the slider, by the button, by a list entry.
const track = JSON.parse(document.querySelector("#pt-track").textContent);
const slider = document.querySelector("#pt-at"), told = document.querySelector("#pt-now"), hand = document.querySelector("#pt-hand");
const button = document.querySelector("#pt-play"), canvas = document.querySelector("#pt-map");
const TICK = 50; // ms between two steps of the replay
const wide = Math.max(1, track.ends - track.starts);
const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false, timeZone: track.zone });
let layer = null, timer = null;

// The place at a moment, on the way between two fixes; null before, after, and where there are none.
function placeAt(t) {
  const { places } = track;
  let low = 0, high = places.length - 1;
  if (high < 0 || t < places[0][0] || t > places[high][0]) return null;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (places[middle][0] <= t) low = middle; else high = middle;
  }
  const [a, b] = [places[low], places[high]];
  if (b[0] - a[0] > track.gap && t > a[0] && t < b[0]) return null;
  const share = b[0] > a[0] ? (t - a[0]) / (b[0] - a[0]) : 0;
  return [a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

function marker() {
  const board = canvas.citygrid?.board;
  if (!board) return null;
  if (!layer) {
    const { ol } = board;
    const style = new ol.style.Style({ image: new ol.style.Circle({ radius: 9, fill: new ol.style.Fill({ color: "#0b5cad" }), stroke: new ol.style.Stroke({ color: "#fff", width: 3 }) }) });
    layer = new ol.layer.Vector({ source: new ol.source.Vector(), zIndex: 900, style });
    board.map.addLayer(layer);
  }
  return { ol: board.ol, source: layer.getSource() };
}

function show() {
  const t = track.starts + (Number(slider.value) / 1000) * wide, place = placeAt(t), at = marker();
  hand.setAttribute("x1", slider.value);
  hand.setAttribute("x2", slider.value);
  told.value = `${clock.format(t * 1000)}${place ? "" : ` · ${told.dataset.gap}`}`;
  slider.setAttribute("aria-valuetext", told.value);
  if (!at) return;
  at.source.clear();
  if (place) at.source.addFeature(new at.ol.Feature(new at.ol.geom.Point(at.ol.proj.fromLonLat(place))));
}

function stop() {
  clearInterval(timer);
  timer = null;
  button.textContent = button.dataset.play;
}

function play() {
  if (timer) { stop(); return; }
  if (Number(slider.value) >= 1000) slider.value = "0";
  button.textContent = button.dataset.stop;
  timer = setInterval(() => {
    slider.value = String(Number(slider.value) + 1);
    show();
    if (Number(slider.value) >= 1000) stop();
  }, TICK);
}

slider.addEventListener("input", () => { stop(); show(); });
button.addEventListener("click", play);
document.addEventListener("click", (event) => {
  const go = event.target.closest("[data-go]");
  if (!go) return;
  stop();
  slider.value = String(Math.round(((Number(go.dataset.go) - track.starts) / wide) * 1000));
  show();
});
canvas.addEventListener("citygrid:ready", show);
show();
