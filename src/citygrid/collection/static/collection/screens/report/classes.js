// Classes by typing, and the few that are asked first: the same order as the server's search (rulebook/search.py).

// Best first: the same code, name or initials; then those that begin so; then the rest. Nothing typed finds nothing.
export function search(classes, typed, most = 12) {
  const words = typed.trim().toLowerCase();
  if (!words) return [];
  const ranked = [];
  for (const one of classes) {
    const rank = rankOf(one, words);
    if (rank !== null) ranked.push([rank, one]);
  }
  ranked.sort((a, b) => a[0] - b[0] || (a[1].id < b[1].id ? -1 : 1));
  return ranked.slice(0, most).map(([, one]) => one);
}

function rankOf(one, words) {
  // Chinese is typed whatever language the app speaks.
  const names = [one.name, one.name_zh ?? ""].map((text) => text.toLowerCase()), en = (one.name_en ?? "").toLowerCase();
  const initials = one.initials ?? "", code = one.code ?? "", letters = /^[a-z0-9]+$/.test(words);
  if (code === words || names.includes(words) || initials === words) return 0;
  if (names.some((name) => name.startsWith(words)) || code.startsWith(words) || (letters && initials.startsWith(words))) return 1;
  if (names.some((name) => name.includes(words)) || en.includes(words) || (letters && initials.includes(words))) return 2;
  return null;
}

// What is offered before anything is typed: the components' classes at hand, then this person's last ones, then those
// of the place. `ids` in order of trial, each once; unknown ones (no longer in force) are left out.
export function offered(classes, ids, most = 8) {
  const known = new Map(classes.map((one) => [one.id, one]));
  return [...new Set(ids)].map((id) => known.get(id)).filter(Boolean).slice(0, most);
}

// The newest first, each once: what is kept of the classes that were sent.
export const remembered = (recent, id, most = 12) => [id, ...recent.filter((one) => one !== id)].slice(0, most);
