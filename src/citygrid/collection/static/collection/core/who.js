// Who uses this device: the person and the post of the last sign-in, known without a network too.
//
//   who() -> {person: {id, name}, post: {id, name}, body: {id, name}, may: [acts], key} | null
//   owner() -> "person-post", under which everything is kept; throws when nobody has ever signed in
//   refresh() -> who, asked from the server; SignedOut when the session has ended (who() stays as it was)
//   signOut()  ends the session on the server; what is queued stays under its owner
//   signedIn() -> whether the server took the session at the last question (null: not asked yet)
import { on, tell } from "./bus.js";
import { SignedOut, api, leave, setToken, speak } from "./net.js";
import { keep, kept } from "./store.js";
import { follow } from "./words.js";

let known;
let inside = null;

export async function who() {
  known ??= (await kept("who")) ?? null;
  return known;
}

export async function owner() {
  const one = await who();
  if (!one) throw new SignedOut();
  return one.key;
}

export function signedIn() {
  return inside;
}

export async function refresh() {
  let told;
  try {
    told = await api("session", { patience: 20_000 });
  } catch (error) {
    if (error instanceof SignedOut) note(false);
    throw error;
  }
  setToken(told.csrf);
  await spoken(told.language);
  const { person, post, body, may } = told;
  const one = { person, post, body, may, key: `${person.id}-${post.id}` };
  const before = await who();
  known = one;
  if (JSON.stringify(before) !== JSON.stringify(one)) {
    await keep("who", one);
    tell("who", one);
  }
  note(true);
  return one;
}

// The server answers in the language that was chosen here, also when that was done without a network.
async function spoken(theirs) {
  const ours = await kept("language");
  if (!ours) await follow(theirs);
  else if (ours !== theirs) await speak(ours).catch(() => {});
}

on("words", () => { if (inside) refresh().catch(() => {}); });

export async function signOut() {
  await refresh().catch((error) => { if (!(error instanceof SignedOut)) throw error; }); // for the token
  if (inside) await leave();
  known = null;
  await keep("who", null);
  tell("who", null);
  note(false);
}

function note(value) {
  if (inside === value) return;
  inside = value;
  tell("signed", value, { only: true });
}
