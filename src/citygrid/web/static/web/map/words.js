// Words of the map in the reader's language: `/map/words.json` gives the sentence for each English one.
let known = {};
let asked;

export function words() {
  asked ??= fetch(`/map/words.json?l=${document.documentElement.lang}`, { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.json() : {}))
    .then((found) => { known = found; })
    .catch(() => {});
  return asked;
}

// The sentence with {0}, {1} ... filled in.
export function t(sentence, ...values) {
  return (known[sentence] ?? sentence).replace(/\{(\d)\}/g, (_, i) => values[i] ?? "");
}
