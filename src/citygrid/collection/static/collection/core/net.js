// Requests to the server. What goes wrong is one of: Offline (no answer), SignedOut (401), Refused (an answer that says
// why, with `status`, `code`, `message`, `params`, `retryAfter` in seconds).
import { tell } from "./bus.js";

const API = "/api/v1/collection/";
const PATIENCE = 120_000; // a piece of 256 KiB on a very bad line

export class Offline extends Error {}
export class SignedOut extends Error {}
export class Refused extends Error {
  constructor(status, told, retryAfter) {
    super(told.message ?? `HTTP ${status}`);
    Object.assign(this, { status, code: told.code ?? `http_${status}`, params: told.params ?? {}, told, retryAfter });
  }
}

let token = "";
let answers = true;

// Whether the server answered the last time that it was asked.
export function reachable() {
  return answers && navigator.onLine;
}

function noted(value) {
  if (answers === value) return;
  answers = value;
  tell("net", value, { only: true });
}

export function setToken(value) {
  token = value;
}

// path below /api/v1/collection/; json: sent as JSON; raw: bytes or a blob. Gives the JSON of the answer.
export async function api(path, { method = "GET", json, raw, headers = {}, patience = PATIENCE } = {}) {
  const answer = await asked(API + path, {
    method,
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(patience),
    headers: {
      Accept: "application/json",
      ...(method === "GET" ? {} : { "X-CSRFToken": token }),
      ...(json === undefined ? {} : { "Content-Type": "application/json" }),
      ...(raw === undefined ? {} : { "Content-Type": "application/octet-stream" }),
      ...headers,
    },
    body: json === undefined ? raw : JSON.stringify(json),
  });
  if (answer.status === 401) throw new SignedOut();
  const told = await answer.json().catch(() => {
    if (answer.ok) throw new Offline("the answer broke off"); // done or not: asked again, it is the same
    return {};
  });
  if (!answer.ok) throw new Refused(answer.status, told, Number(answer.headers.get("Retry-After")) || null);
  return told;
}

async function asked(address, options) {
  try {
    const answer = await fetch(address, options);
    noted(true);
    return answer;
  } catch (error) {
    noted(false);
    throw new Offline(error.message);
  }
}

// The language in which the server speaks to this browser.
export async function speak(language) {
  const headers = { "X-CSRFToken": token, Accept: "application/json" };
  await asked("/language/", { method: "POST", credentials: "same-origin", headers, body: new URLSearchParams({ language }) });
}

// Signs out as the button of every page does.
export async function leave() {
  const answer = await asked("/sign-out/", { method: "POST", credentials: "same-origin", redirect: "manual", headers: { "X-CSRFToken": token } });
  if (answer.type !== "opaqueredirect" && !answer.ok) throw new Offline(`HTTP ${answer.status}`);
}
