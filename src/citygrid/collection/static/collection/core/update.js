// The service worker: put in at the first visit; a new version waits until somebody takes it and nothing is being sent.
//   start()   ready() -> whether a new version waits   take()   on("update") tells
import { on, tell } from "./bus.js";
import { state } from "./sending.js";

const HOUR = 3_600_000;
let waiting = null;
let taken = false;

export function ready() {
  return waiting !== null;
}

export async function start() {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  let controlled = Boolean(workers.controller);
  workers.addEventListener("controllerchange", () => {
    if (controlled && taken) location.reload();
    controlled = true;
  });
  try {
    const registration = await put_in(workers);
    const look = () => {
      const next = registration.waiting;
      if (!next || !workers.controller || next === waiting) return;
      waiting = next;
      tell("update", true, { only: true });
    };
    look();
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
    setInterval(() => registration.update().catch(() => {}), HOUR);
  } catch (error) {
    console.warn("no service worker", error); // the app works, with a network alone
  }
}

// A worker made of modules can send by itself when the network is back; where a browser has none, a plain one.
async function put_in(workers) {
  return workers.register("/collector/worker.js", { scope: "/collector/", updateViaCache: "none" });
}

export async function take() {
  if (!waiting) return;
  if (state().running) await new Promise((done) => { const stop = on("outbox", (now) => { if (!now.running) { stop(); done(); } }); });
  taken = true;
  waiting.postMessage({ what: "take over" });
}
