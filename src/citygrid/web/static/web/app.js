// What every page needs; further modules are loaded where their part is on the page.
import "./keys.js";
import "./live.js";
import "./clock.js";
import "./photos.js";
import "./dialogs.js";

async function parts(root) {
  if (root.querySelector?.("[data-map]") || root.matches?.("[data-map]")) (await import("./map/index.js")).maps(root);
}
parts(document);
document.addEventListener("htmx:after:swap", () => parts(document));
