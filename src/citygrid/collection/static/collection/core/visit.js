// How long a screen is looked at. What it begins and does not end at once holds the signal of its visit:
//
//   const here = visit();            an AbortSignal, aborted when the screen is left or drawn anew
//   ... await something ...
//   if (here.aborted) return;        the screen is gone: no question and no way to another screen any more
let now = new AbortController();

export function visit() {
  return now.signal;
}

// Called by core/screens.js alone.
export function next() {
  now.abort();
  now = new AbortController();
}
