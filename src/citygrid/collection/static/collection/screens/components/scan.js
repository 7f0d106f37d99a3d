// Reading the QR of a label: by the browser where it can, else by jsQR, which is loaded only when somebody scans.
//
//   const stop = await scan(video, found)   found(text) once; stop() lets the lens go. Throws when there is no lens.
const WANTED = { video: { facingMode: { ideal: "environment" } }, audio: false };
const EVERY = 200;

export async function scan(video, found) {
  const read = await reader();
  const stream = await navigator.mediaDevices.getUserMedia(WANTED);
  let going = true;
  const stop = () => {
    going = false;
    stream.getTracks().forEach((track) => track.stop());
  };
  video.srcObject = stream;
  await video.play().catch(() => {});
  const look = async () => {
    if (!going) return;
    const text = video.videoWidth ? await read(video).catch(() => "") : "";
    if (!going) return;
    if (text) {
      stop();
      found(text);
    } else {
      setTimeout(look, EVERY);
    }
  };
  look();
  return stop;
}

async function reader() {
  if ("BarcodeDetector" in globalThis && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? "";
  }
  await load(new URL("../../../vendor/jsqr/jsQR.js", import.meta.url));
  const canvas = document.createElement("canvas");
  return async (video) => {
    const scale = Math.min(1, 640 / video.videoWidth);
    [canvas.width, canvas.height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)];
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    return globalThis.jsQR(data, canvas.width, canvas.height)?.data ?? "";
  };
}

// It is no module: a script of our own address.
function load(address) {
  if (globalThis.jsQR) return null;
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", done);
    script.addEventListener("error", () => failed(new Error("no reader")));
    document.head.append(script);
  });
}
