// What a report still lacks before it may be sent: sentences for the person, the same rule as the server's
// (process/effects/intake.py). How many photos, films and sounds is the class's.

// `draft`: {kind, photos, after, films, sounds, class_id, place}; `cls`: its class from the pack, or none.
export function missing(draft, cls) {
  const found = [];
  if (!draft.place) found.push({ code: "place", part: "place" });
  if (!draft.class_id) found.push({ code: "class", part: "class" });
  const own = draft.kind === "self_report";
  if (cls && own && !cls.self_handle) found.push({ code: "self_handle_class", part: "class" });
  const before = wanted(cls?.before_photos, own), after = own ? wanted(cls?.after_photos, true) : 0;
  if (draft.photos.length < before) found.push({ code: own ? "before" : "photos", part: "photos", n: before, had: draft.photos.length });
  if ((draft.after?.length ?? 0) < after) found.push({ code: "after", part: "after", n: after, had: draft.after?.length ?? 0 });
  for (const [list, count] of [["films", cls?.before_films], ["sounds", cls?.before_sounds]]) {
    const had = draft[list]?.length ?? 0;
    if (had < (count ?? 0)) found.push({ code: list, part: list, n: count, had });
  }
  return found;
}

// How many photos an answer to a task needs.
export const answerPhotos = (act, cls) => (act === "check" ? cls?.check_photos ?? 0 : 0);

const wanted = (count, own) => (own ? Math.max(1, count ?? 0) : count ?? 0);
