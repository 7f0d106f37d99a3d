// One question over the screen, at the bottom within reach of the thumb.
//
//   ask({title, text, choices: [{value, label, icon, tone: "main" | "plain" | "bad"}], input}) -> value | null (closed)
//   input: {label, required, value, kind: "text" | "textarea"}: then the answer is {value, text}
// `title`, `text`, labels: sentences already in the reader's language; `text` may be a template of html``.
import { html, icon, nothing, render } from "./html.js";
import { t } from "./words.js";

export function ask({ title, text = "", choices, input = null }) {
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
      before?.focus?.();
      done(value === null ? null : input ? { value, text: typed } : value);
    };
    box.addEventListener("cancel", (event) => { event.preventDefault(); close(null); });
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
    document.body.append(box);
    box.showModal();
  });
}
