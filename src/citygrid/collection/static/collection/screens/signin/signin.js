// Nobody known on this device yet, or a post that the app is not for; and an address that leads nowhere.
import { html, icon, render } from "../../core/html.js";
import { Offline, SignedOut } from "../../core/net.js";
import * as screens from "../../core/screens.js";
import * as people from "../../core/who.js";
import { t } from "../../core/words.js";

async function state() {
  try {
    const one = await people.refresh();
    return one.may.length ? "in" : "not_for";
  } catch (error) {
    if (error instanceof SignedOut) return "out";
    if (error instanceof Offline) return "offline";
    throw error;
  }
}

async function show(root) {
  render(html`<div class="empty">${icon("refresh", "turning")}<p>${t("Asking the server who is signed in …")}</p></div>`, root);
  const now = await state();
  if (now === "in") {
    screens.go("");
    await screens.redraw();
    return;
  }
  const person = await people.who();
  const told = {
    out: t("Sign in once with a network. After that everything works without one."),
    offline: t("The server does not answer. The first sign-in on a device needs a network."),
    not_for: t("{name}: this post neither reports nor verifies nor checks. The app is not for it.", { name: person?.post.name ?? "" }),
  }[now];
  render(html`<div class="empty">${icon(now === "offline" ? "wifi-off" : "login")}<h2>${t("Welcome")}</h2><p>${told}</p>
    ${now === "not_for"
      ? html`<a class="button main" href="/posts/?next=/collector/">${t("Take another post")}</a><a class="button plain" href="/">${t("To my desk")}</a>`
      : html`<a class="button main" href="/sign-in/?next=/collector/">${t("Sign in")}</a>
        <button type="button" class="button plain" @click=${() => show(root)}>${t("Try again")}</button>`}
  </div>`, root);
}

screens.register({ path: "sign-in", title: "Sign in", icon: "login", open: true, render: show });

screens.register({
  path: "missing", title: "No such screen", icon: "question-mark", open: true,
  render(root) {
    render(html`<div class="empty">${icon("question-mark")}<p>${t("There is no such screen in this version.")}</p>
      <button type="button" class="button main" @click=${() => screens.go("")}>${t("To the start")}</button></div>`, root);
  },
});
