// The app's sentences in the reader's language. t("{n} waiting", {n: 3}); the source sentence is English and stands
// in an app_words.py of the server. Languages: "zh-hans", "en".
import { tell } from "./bus.js";
import { keep, kept } from "./store.js";

export const LANGUAGES = { "zh-hans": "简体中文", en: "English" };
let told = {};
let chosen = "zh-hans";

export function t(sentence, values = {}) {
  return (told[sentence] ?? sentence).replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
}

export function language() {
  return chosen;
}

// The language of the session, for whoever has not chosen one on this device.
export async function follow(code) {
  if (code === chosen || (await kept("language")) || !(code in LANGUAGES)) return;
  await load(code);
  tell("words", code, { only: true });
}

export async function start() {
  const first = navigator.language?.toLowerCase().startsWith("zh") ? "zh-hans" : "en";
  await load((await kept("language")) ?? first);
}

export async function choose(code) {
  await keep("language", code);
  await load(code);
  tell("words", code, { only: true });
}

async function load(code) {
  const address = new URL(`../../words/${code}.json`, import.meta.url);
  told = await fetch(address).then((answer) => (answer.ok ? answer.json() : {})).catch(() => ({}));
  chosen = code;
  if (globalThis.document) document.documentElement.lang = code === "en" ? "en" : "zh-Hans";
}

const locale = () => (chosen === "en" ? "en-GB" : "zh-CN");

export function time(moment) {
  return new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(new Date(moment));
}

export function moment(at) {
  const shown = { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(locale(), shown).format(new Date(at));
}

export function bytes(count) {
  const mega = count / 1_048_576;
  if (mega >= 1024) return `${(mega / 1024).toFixed(1)} GB`;
  return mega >= 1 ? `${mega.toFixed(1)} MB` : `${Math.max(1, Math.round(count / 1024))} KB`;
}

export function metres(distance) {
  return distance >= 1000 ? `${(distance / 1000).toFixed(1)} km` : `${Math.round(distance)} m`;
}
