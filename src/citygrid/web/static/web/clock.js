// Keeps "time left" and its light true while a page stays open. Words come from the body's data-* attributes. The time is
// the server's: the browser's clock may be wrong by hours, so what it is off by is measured at each answer (data-now).
const words = document.body.dataset;
const fill = (text, ...values) => text.replace(/\{(\d)\}/g, (_, i) => values[i]);

function span(ms) {
  const minutes = Math.floor(ms / 60000);
  if (minutes >= 1440) return fill(words.spanDays, Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60));
  if (minutes >= 60) return fill(words.spanHours, Math.floor(minutes / 60), minutes % 60);
  return fill(words.spanMinutes, minutes);
}

let off = 0, known = -Infinity;

function set() {
  const told = Math.max(...[...document.querySelectorAll("[data-now]")].map((el) => Date.parse(el.dataset.now) || -Infinity));
  if (told <= known) return;
  known = told;
  off = told - Date.now();
}

function tick() {
  const now = Date.now() + off;
  for (const el of document.querySelectorAll(".cg-left[data-due]")) {
    const due = Date.parse(el.dataset.due), warn = Date.parse(el.dataset.warn || el.dataset.due);
    const light = now > due ? "red" : now >= warn ? "yellow" : "green";
    el.textContent = fill(now > due ? words.over : words.left, span(Math.abs(due - now)));
    el.classList.remove("red", "yellow", "green");
    el.classList.add(light);
    const lamp = el.closest("[data-lamp]")?.querySelector(".cg-light");
    if (lamp && !lamp.classList.contains(light)) {
      lamp.classList.remove("red", "yellow", "green");
      lamp.classList.add(light);
      lamp.textContent = words[light];
    }
  }
}
set();
document.addEventListener("htmx:after:swap", set);
setInterval(tick, 20000);
