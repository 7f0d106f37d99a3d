// OpenLayers, loaded when the first map is on a page; the glyphs of the icon font.
let asked;
const glyphs = new Map();

export function library() {
  if (window.ol) return Promise.resolve(window.ol);
  asked ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = document.querySelector('meta[name="ol-url"]').content;
    script.onload = () => done(window.ol);
    script.onerror = failed;
    document.head.append(script);
  });
  return asked;
}

// The icon font must be there before a symbol is painted; a browser that cannot load it paints plain shapes.
export function icons() {
  return Promise.race([
    document.fonts.load('16px "tabler-icons"').catch(() => {}),
    new Promise((done) => setTimeout(done, 3000)),
  ]);
}

// The character of an icon's name, "" for a name that the font does not have.
export function glyph(name) {
  if (!/^[a-z0-9-]+$/.test(name ?? "")) return "";
  if (!glyphs.has(name)) {
    const probe = document.createElement("i");
    probe.className = `ti ti-${name}`;
    probe.hidden = false;
    probe.style.cssText = "position:absolute;visibility:hidden";
    document.body.append(probe);
    const content = getComputedStyle(probe, "::before").content;
    probe.remove();
    glyphs.set(name, /^".{1,2}"$/u.test(content) ? content.slice(1, -1) : "");
  }
  return glyphs.get(name);
}
