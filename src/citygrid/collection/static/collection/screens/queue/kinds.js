// What the queue calls each kind of entry, and who can correct a refused one: rooms name theirs.
//
//   kind("report", {name: () => t("Report"), correct(entry) {...}})
//   `correct` opens the screen with what the entry held; sending there ends in outbox.add({..., replaces: entry.id}).
const known = new Map();

export function kind(code, told) {
  known.set(code, told);
}

export function kindName(code) {
  return known.get(code)?.name() ?? code;
}

export function corrector(code) {
  return known.get(code)?.correct ?? null;
}
