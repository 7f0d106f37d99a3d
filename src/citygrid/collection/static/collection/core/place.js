// Where the device is. watch() -> stop(): the newest fix while anybody watches; on("place", fn) hears each.
//
//   newest() -> {lon, lat, accuracy, at, speed, heading, mock} | null       metres, degrees, m/s, ms since 1970
//   better({accuracy: 20, patience: 15000}) -> the first fix as good as that, or the best one when time is over, or null
//   trouble() -> "" | "denied" | "unavailable" | "timeout" | "none"
// Degrees are those of the device (WGS 84, which is CGCS2000 within centimetres). `mock`: true where a browser tells that
// the place was made up (few do), else null.
import { tell } from "./bus.js";

const TROUBLES = { 1: "denied", 2: "unavailable", 3: "timeout" };
let latest = null;
let bad = "";
let watchers = 0;
let handle = null;

export function newest() {
  return latest;
}

export function trouble() {
  return bad;
}

export function watch() {
  watchers += 1;
  if (handle === null) begin();
  let stopped = false;
  return () => {
    if (stopped) return;
    stopped = true;
    watchers -= 1;
    if (!watchers && handle !== null) {
      navigator.geolocation.clearWatch(handle);
      handle = null;
    }
  };
}

function begin() {
  if (!navigator.geolocation) {
    failed({ code: 0 });
    return;
  }
  handle = navigator.geolocation.watchPosition(came, failed, { enableHighAccuracy: true, maximumAge: 5000, timeout: 30000 });
}

function came({ coords, timestamp, mocked }) {
  bad = "";
  latest = {
    lon: coords.longitude,
    lat: coords.latitude,
    accuracy: coords.accuracy,
    speed: coords.speed,
    heading: Number.isNaN(coords.heading) ? null : coords.heading,
    mock: mocked ?? coords.mocked ?? null,
    at: Math.round(timestamp),
  };
  tell("place", latest, { only: true });
}

function failed({ code }) {
  bad = TROUBLES[code] ?? "none";
  tell("place", null, { only: true });
}

export async function better({ accuracy = 20, patience = 15000, age = 60000 } = {}) {
  const stop = watch();
  const until = Date.now() + patience;
  try {
    while (Date.now() < until && !(latest && latest.accuracy <= accuracy && Date.now() - latest.at < age)) {
      if (bad === "denied" || bad === "none") break;
      await new Promise((done) => setTimeout(done, 200));
    }
  } finally {
    stop();
  }
  return latest && Date.now() - latest.at < age ? latest : null;
}

// Metres between two places of {lon, lat}: exact enough below 100 km.
export function distance(one, other) {
  const rad = Math.PI / 180;
  const x = (other.lon - one.lon) * rad * Math.cos(((one.lat + other.lat) / 2) * rad);
  return Math.hypot(x, (other.lat - one.lat) * rad) * 6_371_008.8;
}
