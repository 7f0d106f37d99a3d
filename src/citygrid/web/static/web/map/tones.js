// How shapes of a page look: the tone says what they are. Colour, dash and width differ together, so that colour is not needed.
import { t } from "./words.js";

export const TONES = {
  plain: { line: "#3d4f60", fill: "#3d4f6010", width: 1.5 },
  present: { line: "#c2187f", fill: "#c2187f0a", width: 1.6, word: "Present" },
  proposed: { line: "#0b5cad", fill: "#0b5cad14", width: 2, dash: [7, 4], word: "Proposed" },
  new: { line: "#1a7f37", fill: "#1a7f3722", width: 2.2, word: "New" },
  changed: { line: "#9a5b00", fill: "#f2a90026", width: 2.2, dash: [10, 4], word: "Changed" },
  ended: { line: "#5b6773", fill: "#5b677322", width: 2, dash: [2, 5], word: "Ended" },
  same: { line: "#7b8794", fill: "#7b879410", width: 1.2, word: "Unchanged" },
  fault: { line: "#b3261e", fill: "#b3261e33", width: 3, word: "Fault" },
  warning: { line: "#b86e00", fill: "#f2a90033", width: 2.6, dash: [4, 3], word: "Warning" },
  barrier: { line: "#6b4fa0", fill: "#6b4fa01c", width: 2, dash: [1, 4], word: "Barrier" },
  heat1: { line: "#8a4b00", fill: "#ff8c0022", width: 0.6 },
  heat2: { line: "#8a4b00", fill: "#ff7a0044", width: 0.8 },
  heat3: { line: "#8a2f00", fill: "#f5590066", width: 1 },
  heat4: { line: "#7a1500", fill: "#e0320088", width: 1.3 },
  heat5: { line: "#5c0000", fill: "#b80f00aa", width: 1.8 },
  grade_green: { line: "#1b6b3a", fill: "#3aa86666", width: 1.6 },
  grade_blue: { line: "#1f4f86", fill: "#3b78bd66", width: 1.8, dash: [12, 4] },
  grade_yellow: { line: "#7a5a00", fill: "#f2c03780", width: 2, dash: [6, 4] },
  grade_red: { line: "#8f1f18", fill: "#b8281f66", width: 2.4, dash: [3, 4] },
  grade_black: { line: "#23272e", fill: "#23272e80", width: 2.8, dash: [1, 4] },
  selected: { line: "#d97706", fill: "#ffb02044", width: 4, word: "Selected" },
};
const made = new Map();

export const toneWord = (tone) => (TONES[tone]?.word ? t(TONES[tone].word) : "");

export function toneStyle(ol, tone, label = "", selected = false) {
  const key = `${tone}/${label}/${selected}`;
  if (made.size > 5000) made.clear();
  if (!made.has(key)) made.set(key, build(ol, TONES[tone] ?? TONES.plain, label, selected));
  return made.get(key);
}

function build(ol, tone, label, selected) {
  const around = selected ? { ...tone, ...TONES.selected } : tone;
  const stroke = new ol.style.Stroke({ color: around.line, width: around.width, lineDash: around.dash });
  const styles = [new ol.style.Style({
    fill: new ol.style.Fill({ color: around.fill }), stroke,
    image: new ol.style.Circle({
      radius: 5 + around.width, fill: new ol.style.Fill({ color: tone.line }), stroke: new ol.style.Stroke({ color: selected ? TONES.selected.line : "#fff", width: selected ? 4 : 2 }),
    }),
    zIndex: selected ? 9 : 1,
  })];
  if (label) styles.push(new ol.style.Style({
    text: new ol.style.Text({
      text: label, font: "600 12px sans-serif", overflow: true, fill: new ol.style.Fill({ color: around.line }), stroke: new ol.style.Stroke({ color: "#fff", width: 3.5 }),
    }),
    zIndex: 10,
  }));
  return styles;
}
