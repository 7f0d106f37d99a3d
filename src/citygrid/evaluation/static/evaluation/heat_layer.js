// Class and days of the heat on the city map: the layer's tiles are asked for anew, with what was chosen in their address.
const CODE = "heat";

document.addEventListener("submit", (e) => {
  const form = e.target.closest("[data-heat-layer]"), board = form && document.querySelector("#city-map")?.citygrid?.board;
  if (!board) return;
  e.preventDefault();
  const entry = board.entries.get(CODE), chosen = new URLSearchParams(new FormData(form));
  entry.plain ??= entry.tiles;
  entry.tiles = `${entry.plain}&days=${encodeURIComponent(chosen.get("days"))}&class=${encodeURIComponent(chosen.get("class"))}`;
  board.layer(CODE)?.getSource().setUrl(entry.tiles);
  board.turn(CODE, true);
  board.emit("restored", {});
  board.say(form.dataset.said);
  form.closest("details").open = false;
  board.el.focus({ preventScroll: true });
});
// Whoever may not see the layer needs no form for it.
document.addEventListener("citygrid:ready", (e) => {
  const box = document.querySelector("[data-heat-over]");
  if (box) box.hidden = !e.detail.board.entries.has(CODE);
});
