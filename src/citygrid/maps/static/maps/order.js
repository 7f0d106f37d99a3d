// Rows of a group are dragged into another order; the buttons of each row do the same by keyboard.
const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

for (const table of document.querySelectorAll("[data-order]")) {
  const body = table.tBodies[0];
  let carried = null, before = "";
  const codes = () => [...body.rows].map((row) => row.dataset.code);
  body.addEventListener("dragstart", (e) => {
    carried = e.target.closest("tr");
    before = codes().join();
    carried.classList.add("cg-carried");
    e.dataTransfer.effectAllowed = "move";
  });
  body.addEventListener("dragover", (e) => {
    const over = e.target.closest("tr");
    if (!carried || !over || over === carried || over.parentElement !== body) return;
    e.preventDefault();
    const box = over.getBoundingClientRect();
    over[e.clientY < box.top + box.height / 2 ? "before" : "after"](carried);
  });
  body.addEventListener("drop", (e) => e.preventDefault());
  body.addEventListener("dragend", async () => {
    carried.classList.remove("cg-carried");
    carried = null;
    if (codes().join() === before) return;
    const data = new URLSearchParams([["group", table.dataset.group], ...codes().map((code) => ["codes", code])]);
    await fetch(table.dataset.order, { method: "POST", body: data, headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch" } }).catch(() => null);
    // Kept or not: the page shows what is true now.
    location.reload();
  });
}
