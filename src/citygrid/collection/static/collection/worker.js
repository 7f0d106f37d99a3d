// The app's service worker. The server puts `APP` before this: {version, files, shell}. It keeps the page and the files of
// one version whole, answers from them first, and touches nothing else: what belongs to a person goes past it.
const CACHE = `collector-${APP.version}`;
const BASE = `${APP.shell}files/${APP.version}/`;
const LATER = "collector-map";

self.addEventListener("install", (event) => event.waitUntil(fill()));

async function fill() {
  const cache = await caches.open(CACHE);
  const page = await fetch(APP.shell, { cache: "reload", credentials: "same-origin" });
  const text = await page.clone().text();
  if (!page.ok || !text.includes(`data-version="${APP.version}"`)) throw new Error("the server has another version by now");
  await cache.put(APP.shell, page);
  const missing = [...APP.files];
  while (missing.length) {
    await Promise.all(missing.splice(0, 6).map(async (name) => {
      const file = await fetch(BASE + name, { credentials: "same-origin" });
      if (!file.ok) throw new Error(`${name}: ${file.status}`);
      await cache.put(BASE + name, file);
    }));
  }
}

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("collector-") && name !== CACHE && name !== LATER) await caches.delete(name);
  }
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === APP.shell) event.respondWith(page(request));
  else if (url.pathname.startsWith(BASE)) event.respondWith(file(request, url.pathname));
  else if (url.pathname === "/static/vendor/ol/ol.js") event.respondWith(lazily(request));
  else if (url.pathname.startsWith("/ogc/tiles/") && url.searchParams.get("v")?.startsWith("collector-")) event.respondWith(tile(request));
});

async function page(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(APP.shell)) ?? fetch(request);
}

async function file(request, path) {
  const cache = await caches.open(CACHE);
  const known = await cache.match(path);
  if (known) return known;
  const answer = await fetch(request); // a library that few ask for: kept from now on
  if (answer.ok) await cache.put(path, answer.clone());
  return answer;
}

// The map's library: kept when it was first asked for; renewed while there is a network.
async function lazily(request) {
  const cache = await caches.open(LATER);
  const known = await cache.match(request.url);
  const fresh = fetch(request).then(async (answer) => {
    if (answer.ok) await cache.put(request.url, answer.clone());
    return answer;
  });
  if (!known) return fresh;
  fresh.catch(() => {});
  return known;
}

// Tiles of the base map that is open to everybody: their address has the state of the map, so they are kept as they are.
async function tile(request) {
  const cache = await caches.open(LATER);
  const known = await cache.match(request.url);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request.url, answer.clone());
  return answer;
}

self.addEventListener("message", ({ data }) => {
  if (data?.what === "take over") self.skipWaiting();
});

// The network is back: whoever has the app open sends.
self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(wake());
});

async function wake() {
  for (const one of await self.clients.matchAll({ type: "window", includeUncontrolled: true })) one.postMessage({ what: "send" });
}
