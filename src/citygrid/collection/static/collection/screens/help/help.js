// Short help: what each door is for, and what happens without a network.
import { html, icon, render } from "../../core/html.js";
import * as screens from "../../core/screens.js";
import { t } from "../../core/words.js";

const TOPICS = () => [
  ["camera", t("Report"), t("Take the photo first. The place comes by itself; choose the class and send. That is all for a usual report.")],
  ["list-check", t("Tasks"), t("Go there, take the photo as the earlier one was taken, choose what you saw, send.")],
  ["route", t("Patrol"), t("Sign in at the start of your shift and out at its end. A browser in the background may be paused by the phone: keep the app open while you walk.")],
  ["wifi-off", t("Without a network"), t("Go on as usual. Everything is kept on the phone and goes out by itself, in order, once.")],
  ["alert-triangle", t("Refused"), t("The server says why. Correct it and send it again, or put it away with a reason. Nothing is thrown away by itself.")],
  ["download", t("Install"), t("In the browser's menu choose “Add to home screen”. The app then opens from its icon and keeps its data for good.")],
];

function show(root) {
  render(html`<ul class="cards">${TOPICS().map(([sign, head, text]) => html`<li class="card">
    <div class="card-head">${icon(sign)}<strong>${head}</strong></div><p>${text}</p></li>`)}</ul>`, root);
}

screens.register({ path: "help", title: "Help", icon: "help-circle", open: true, render: show });
