// A new layer: only the fields of the chosen kind are shown.
for (const form of document.querySelectorAll("[data-kinds]")) {
  const show = () => {
    const kind = form.querySelector("[name=kind]:checked")?.value;
    for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(kind);
  };
  form.addEventListener("change", show);
  show();
}
