// What every page needs; further modules are loaded where their part is on the page.
import "./keys.js";
import "./live.js";
import "./clock.js";
import "./photos.js";
import "./dialogs.js";

async function parts(root) {
  // A fragment that needs a module of its own says where it is; each is loaded once.
  for (const el of document.querySelectorAll("[data-module]")) await import(new URL(el.dataset.module, location.origin).href);
  if (root.querySelector?.("[data-map]") || root.matches?.("[data-map]")) (await import("./map/index.js")).maps(root);
}
parts(document);
document.addEventListener("htmx:after:swap", () => parts(document));
