// Photos: large view, before and after under one slider, and upload as soon as a file is chosen.
const dialog = document.getElementById("cg-photo");

document.addEventListener("click", (e) => {
  const shot = e.target.closest(".cg-shot[data-large]");
  if (shot && dialog) return open(shot);
  const remove = e.target.closest("[data-remove-photo]");
  if (remove) remove.closest("figure").remove();
});

function open(shot) {
  const strip = shot.closest(".cg-photos");
  const before = strip?.querySelector('figure[data-side="before"] .cg-shot');
  // The newest look at the place is compared: the checker's photo when that one was opened, else the unit's.
  const check = strip?.querySelector('figure[data-side="check"] .cg-shot');
  const after = check && shot === check ? check : strip?.querySelector('figure[data-side="after"] .cg-shot');
  const pair = before && after && (shot === before || shot === after);
  const under = dialog.querySelector("img.cg-under"), over = dialog.querySelector("img.cg-over");
  const slider = dialog.querySelector("input[type=range]");
  under.src = (pair ? before : shot).dataset.large;
  under.alt = (pair ? before : shot).querySelector("img").alt;
  over.hidden = slider.hidden = !pair;
  if (pair) {
    over.src = after.dataset.large;
    over.alt = after.querySelector("img").alt;
    slider.value = 50;
    cut();
  }
  dialog.querySelector("[data-caption]").textContent = pair
    ? `${before.dataset.caption ?? ""}  |  ${after.dataset.caption ?? ""}` : shot.dataset.caption ?? "";
  const original = dialog.querySelector("[data-original]");
  original.href = (pair ? after : shot).dataset.large.replace(/small\/\d+$/, "");
  dialog.showModal();
}

function cut() {
  dialog.querySelector(".cg-stage").style.setProperty("--cg-cut", `${dialog.querySelector("input[type=range]").value}%`);
}
dialog?.querySelector("input[type=range]").addEventListener("input", cut);

// <input type=file data-upload=URL data-name=media>: each file is sent at once; its id stays in the form as a hidden
// field, so that a refused form keeps its photos.
document.addEventListener("change", async (e) => {
  const input = e.target;
  if (!input.matches?.("input[type=file][data-upload]")) return;
  const previews = input.closest(".cg-field").querySelector(".cg-previews");
  const error = input.closest(".cg-field").querySelector("[data-upload-error]");
  error.textContent = "";
  const files = [...input.files];
  input.disabled = true;
  for (const file of files) {
    const answer = await send(input.dataset.upload, file).catch(() => null);
    if (answer?.id) previews.append(preview(answer, input, file));
    else error.textContent += `${file.name}: ${answer?.message ?? input.dataset.failed} `;
  }
  input.disabled = false;
  input.value = "";
  input.dispatchEvent(new CustomEvent("photos:sent", { bubbles: true }));
});

async function send(url, file) {
  const body = new FormData();
  body.append("file", file);
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token, Accept: "application/json" } });
  return answer.json();
}

function preview(answer, input, file) {
  const figure = document.createElement("figure"), img = document.createElement("img"), hidden = document.createElement("input");
  const button = document.createElement("button"), words = document.createElement("figcaption");
  img.src = URL.createObjectURL(file);
  img.alt = file.name;
  hidden.type = "hidden";
  hidden.name = input.dataset.name;
  hidden.value = answer.id;
  button.type = "button";
  button.textContent = "×";
  button.dataset.removePhoto = "";
  button.setAttribute("aria-label", `${input.dataset.remove} ${file.name}`);
  words.textContent = file.name;
  words.className = "cg-clip";
  figure.append(img, button, hidden, words);
  return figure;
}
