// The softphone plays the telephone system: every button is one request to the same HTTP interface (docs/hotline.md).
const box = document.getElementById("rc-softphone");
const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
const say = (words) => { document.querySelector("[data-soft-error]").textContent = words; };

async function tell(call, what, body = {}) {
  const answer = await fetch(`${box.dataset.calls}/${call}/${what}`, {
    method: "POST", body: JSON.stringify(body),
    headers: { "X-CSRFToken": token(), "Content-Type": "application/json", Accept: "application/json" },
  }).catch(() => null);
  const told = (await answer?.json().catch(() => null)) ?? {};
  say(answer?.ok ? "" : told.message ?? box.dataset.failed);
  window.htmx?.trigger(document.getElementById("rc-trials"), "live");
}

// A second and a half of two tones, 8 kHz, 16 bit: a sound that nobody said anything in; never twice the same bytes.
function sound() {
  const rate = 8000, count = rate * 1.5, data = new DataView(new ArrayBuffer(44 + count * 2));
  const text = (at, words) => [...words].forEach((sign, i) => data.setUint8(at + i, sign.charCodeAt(0)));
  text(0, "RIFF");
  data.setUint32(4, 36 + count * 2, true);
  text(8, "WAVEfmt ");
  [[16, 16, 32], [20, 1, 16], [22, 1, 16], [24, rate, 32], [28, rate * 2, 32], [32, 2, 16], [34, 16, 16]].forEach(
    ([at, value, bits]) => (bits === 32 ? data.setUint32(at, value, true) : data.setUint16(at, value, true)));
  text(36, "data");
  data.setUint32(40, count * 2, true);
  const tone = 380 + Math.random() * 120;
  for (let i = 0; i < count; i++) data.setInt16(44 + i * 2, 9000 * Math.sin((2 * Math.PI * tone * i) / rate), true);
  return new Blob([data], { type: "audio/wav" });
}

async function record(call) {
  const body = new FormData();
  body.append("file", sound(), "call.wav");
  const sent = await fetch(box.dataset.upload, { method: "POST", body, headers: { "X-CSRFToken": token(), Accept: "application/json" } }).catch(() => null);
  const file = (await sent?.json().catch(() => null)) ?? {};
  if (file.id) await tell(call, "recording", { media: file.id });
  else say(file.message ?? box.dataset.failed);
}

box.querySelector("[data-ring]").addEventListener("submit", (e) => {
  e.preventDefault();
  const { number, line, extension } = Object.fromEntries(new FormData(e.target));
  tell(crypto.randomUUID?.() ?? made(), "ringing", { number, line, extension, simulated: true });
});
// Where the page came without TLS the browser makes no ids.
function made() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
box.addEventListener("click", (e) => {
  const button = e.target.closest("[data-soft]"), call = button?.closest("[data-trial]")?.dataset.trial;
  if (!call) return;
  const what = button.dataset.soft;
  if (what === "recording") record(call);
  else if (what === "given_up") tell(call, "ended", { why: "given_up" });
  else tell(call, what, what === "answered" ? { extension: button.dataset.extension } : {});
});
box.addEventListener("change", (e) => {
  if (e.target.matches("[data-soft-move]") && e.target.value) tell(e.target.closest("[data-trial]").dataset.trial, "moved", { extension: e.target.value });
});
