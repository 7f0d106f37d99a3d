// One question over the screen, at the bottom within reach of the thumb.
//
//   ask({title, text, choices: [{value, label, icon, tone: "main" | "plain" | "bad"}], input, during}) -> value | null (closed)
//   input: {label, required, value, kind: "text" | "textarea"}: then the answer is {value, text}
//   during: the visit that asks (core/visit.js), this one unless said: a question ends with its screen, unanswered (null);
//   one that would come after the screen is gone is not asked.
//
//   modal(dialog, close, during)     for a dialog of another look: shows it; `close(null)` when the screen is left
// `title`, `text`, labels: sentences already in the reader's language; `text` may be a template of html``.
import { html, icon, nothing, render } from "./html.js";
import { visit } from "./visit.js";
import { t } from "./words.js";

export function modal(dialog, close, during = visit()) {
  const left = () => close(null);
  during.addEventListener("abort", left, { once: true });
  dialog.addEventListener("close", () => during.removeEventListener("abort", left), { once: true });
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); close(null); });
  document.body.append(dialog);
  dialog.showModal();
}

export function ask({ title, text = "", choices, input = null, during = visit() }) {
  if (during.aborted) return Promise.resolve(null);
  return new Promise((done) => {
    const box = document.createElement("dialog");
    box.className = "ask";
    const before = document.activeElement;
    const close = (value) => {
      const typed = box.querySelector("[data-typed]")?.value.trim() ?? "";
      if (value !== null && input?.required && !typed) {
        const field = box.querySelector("[data-typed]");
        field.setAttribute("aria-invalid", "true");
        field.focus();
        return;
      }
      box.close();
      box.remove();
      if (!during.aborted) before?.focus?.();
      done(value === null ? null : input ? { value, text: typed } : value);
    };
    render(html`
      <h2 id="ask-title">${title}</h2>
      ${text ? html`<div class="ask-text">${text}</div>` : nothing}
      ${input ? html`<label class="field"><span>${input.label}</span>${input.kind === "text"
        ? html`<input data-typed .value=${input.value ?? ""} maxlength="200">`
        : html`<textarea data-typed rows="3" maxlength="500" .value=${input.value ?? ""}></textarea>`}</label>` : nothing}
      <div class="ask-choices">
        ${choices.map((one) => html`<button type="button" class=${`button ${one.tone ?? "plain"}`} value=${one.value}
          @click=${() => close(one.value)}>${one.icon ? icon(one.icon) : nothing}<span>${one.label}</span></button>`)}
        <button type="button" class="button quiet" @click=${() => close(null)}>${t("Cancel")}</button>
      </div>`, box);
    box.setAttribute("aria-labelledby", "ask-title");
    modal(box, close, during);
  });
}
