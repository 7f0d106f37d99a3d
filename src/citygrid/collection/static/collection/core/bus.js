// News between modules, and between windows of the app: on("queue", fn) -> stop(); tell("queue", detail).
// Names: queue, files, who, pack, place, words, look, outbox, update, storage; rooms add their own.
const here = new EventTarget();
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("citygrid-collector");

if (channel) channel.onmessage = ({ data }) => dispatch(data.name, data.detail);

function dispatch(name, detail) {
  here.dispatchEvent(Object.assign(new Event(name), { detail }));
}

export function on(name, hear) {
  const listen = (event) => hear(event.detail);
  here.addEventListener(name, listen);
  return () => here.removeEventListener(name, listen);
}

// `detail` must be plain data: it goes to the other windows too. `only`: this window alone.
export function tell(name, detail = null, { only = false } = {}) {
  dispatch(name, detail);
  if (!only) channel?.postMessage({ name, detail });
}
