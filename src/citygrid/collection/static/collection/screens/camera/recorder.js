// A spoken note: the microphone in the page, at most a few minutes, in a kind of sound that the server takes.
const KINDS = ["audio/mp4", "audio/webm;codecs=opus", "audio/ogg;codecs=opus"];
export const LONGEST_S = 180;

export const kindOfSound = () => globalThis.MediaRecorder ? KINDS.find((one) => MediaRecorder.isTypeSupported(one)) ?? null : null;

// Starts at once; `done(blob)` when it was stopped or became too long, `tick(seconds)` each second.
export async function record({ done, tick }) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream, { mimeType: kindOfSound(), audioBitsPerSecond: 32000 });
  const parts = [];
  let seconds = 0;
  const clock = setInterval(() => {
    tick(++seconds);
    if (seconds >= LONGEST_S) recorder.stop();
  }, 1000);
  recorder.addEventListener("dataavailable", (e) => e.data.size && parts.push(e.data));
  recorder.addEventListener("stop", () => {
    clearInterval(clock);
    stream.getTracks().forEach((track) => track.stop());
    const blob = new Blob(parts, { type: recorder.mimeType.split(";")[0] });
    if (blob.size) done(blob);
  });
  recorder.start(1000);
  return { stop: () => recorder.state !== "inactive" && recorder.stop() };
}
