// The camera: the picture of the lens in the page, the earlier photo over it as a ghost, the shutter below; where the
// page may not have the lens (no permission, no camera), the phone's own camera by a file input.
import { html, icon, nothing, render } from "../../core/html.js";
import { t } from "../../core/words.js";

const WANTED = { video: { facingMode: { ideal: "environment" }, width: { ideal: 2560 }, height: { ideal: 1440 } }, audio: false };
const QUALITY = 0.9;

// `taken(blob, {made_at})` for each photo. `ghost`: address of the earlier photo, or none. `start()` asks for the lens.
export class Camera {
  constructor(host, { taken, ghost = null, ghostWords = "" }) {
    Object.assign(this, { host, taken, ghost, ghostWords, stream: null, state: "off", strength: 45, busy: false, stopped: false });
    this.paused = () => document.hidden && this.stop();
    document.addEventListener("visibilitychange", this.paused);
    this.paint();
  }

  async start() {
    if (this.stream || this.state === "starting") return;
    this.state = "starting";
    this.paint();
    try {
      const stream = await navigator.mediaDevices.getUserMedia(WANTED);
      if (this.stopped) return stream.getTracks().forEach((track) => track.stop());
      this.stream = stream;
      this.state = "on";
    } catch {
      this.state = "none";
    }
    this.paint();
    const video = this.host.querySelector("video");
    if (video && this.stream) {
      video.srcObject = this.stream;
      await video.play().catch(() => {});
    }
  }

  // The lens costs battery: it is let go whenever nobody looks through it.
  stop() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    if (this.state === "on") this.state = "off";
    this.paint();
  }

  // The screen is left.
  end() {
    this.stopped = true;
    document.removeEventListener("visibilitychange", this.paused);
    this.stop();
  }

  async shoot() {
    const video = this.host.querySelector("video");
    if (this.busy || !video?.videoWidth) return;
    this.busy = true;
    this.paint();
    try {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
      canvas.getContext("2d").drawImage(video, 0, 0);
      const made_at = new Date().toISOString();
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
      await this.taken(blob, { made_at });
    } finally {
      this.busy = false;
      this.paint();
    }
  }

  async fromFile(input) {
    for (const file of input.files) await this.taken(file, { made_at: new Date(file.lastModified || Date.now()).toISOString() });
    input.value = "";
  }

  paint() {
    if (this.stopped) return;
    const on = this.state === "on";
    render(html`<div class="camera" data-state=${this.state}>
      ${on ? html`<div class="camera-view">
          <video playsinline muted aria-label=${t("What the camera sees")}></video>
          ${this.ghost ? html`<img class="camera-ghost" src=${this.ghost} alt=${this.ghostWords} .style=${`opacity:${this.strength / 100}`}>` : nothing}
        </div>
        ${this.ghost ? html`<label class="camera-strength"><span>${t("Earlier photo")}</span>
          <input type="range" min="0" max="100" .value=${String(this.strength)} @input=${(e) => this.fade(e.target.value)}></label>` : nothing}` : nothing}
      ${this.state === "none" ? html`<p class="camera-none" role="status">${t("The page has no camera: use the phone's own.")}</p>` : nothing}
      <div class="camera-acts">
        ${on ? html`<button type="button" class="shutter" ?disabled=${this.busy} @click=${() => this.shoot()} aria-label=${t("Take the photo")}>${icon("camera")}</button>`
             : html`<button type="button" class="button plain wide" ?hidden=${this.state === "none"} ?disabled=${this.state === "starting"} @click=${() => this.start()}>${icon("camera")} ${t("Camera")}</button>`}
        <label class=${on ? "button quiet" : "button plain wide"}>${icon("photo")} <span>${this.state === "none" ? t("Take a photo") : t("Phone's camera or album")}</span>
          <input class="sr" type="file" accept="image/*" capture=${this.state === "none" ? "environment" : nothing} multiple @change=${(e) => this.fromFile(e.target)}></label>
      </div></div>`, this.host);
  }

  fade(value) {
    this.strength = Number(value);
    const ghost = this.host.querySelector(".camera-ghost");
    if (ghost) ghost.style.opacity = String(this.strength / 100);
  }
}
