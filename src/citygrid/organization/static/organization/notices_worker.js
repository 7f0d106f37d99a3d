// Shows what the server pushes, also while no page is open; a click opens what it is about.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  let told = {};
  try { told = event.data.json(); } catch { /* an empty push still has to show something */ }
  event.waitUntil(self.registration.showNotification(told.title || "城格 CityGrid", {
    body: told.text ?? "", tag: told.tag || undefined, renotify: Boolean(told.tag && told.loud),
    requireInteraction: Boolean(told.loud), icon: "/static/web/icon.svg", data: { page: told.page || "/notices/" },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const page = new URL(event.notification.data.page, self.location.origin);
  if (page.origin !== self.location.origin) return;
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const here = open.find((one) => one.url === page.href);
    if (here) await here.focus();
    else await self.clients.openWindow(page.href);
  })());
});
