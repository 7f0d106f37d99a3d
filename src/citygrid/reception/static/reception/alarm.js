// The alarm of public safety: while the page has [data-alarm="on"] it sounds twice every three seconds, until the line
// says that it is signed for or muted. The sound is made here; a browser lets it be heard after the first click or key.
const EVERY = 3000;
const TONES = [[880, 0], [660, 0.22]];
let audio;
let timer;

const ringing = () => document.querySelector('[data-alarm="on"]') !== null;

function tone() {
  audio ??= new AudioContext();
  if (audio.state !== "running") { audio.resume().catch(() => {}); return; }
  for (const [pitch, after] of TONES) {
    const wave = audio.createOscillator(), volume = audio.createGain(), at = audio.currentTime + after;
    wave.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.3, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.2);
    wave.connect(volume).connect(audio.destination);
    wave.start(at);
    wave.stop(at + 0.21);
  }
}

const plain = document.title;
function look() {
  const on = ringing();
  document.documentElement.dataset.ringing = on ? "1" : "0";
  document.title = on ? `⚠ ${plain}` : plain;
  if (on && !timer) { tone(); timer = setInterval(tone, EVERY); }
  if (!on && timer) { clearInterval(timer); timer = undefined; }
}

document.addEventListener("htmx:after:swap", look);
for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => audio?.resume().catch(() => {}), { passive: true });
look();
