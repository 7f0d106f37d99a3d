// Switches on push messages in this browser: asks for permission, registers the worker, hands over the subscription.
const box = document.getElementById("cg-push");
const button = box?.querySelector("button");
const says = box?.querySelector("[role=status]");

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") { says.textContent = box.dataset.denied; return; }
  let subscription;
  try {
    await navigator.serviceWorker.register(box.dataset.worker, { scope: "/" });
    const worker = await navigator.serviceWorker.ready;
    subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(box.dataset.key) });
  } catch { says.textContent = box.dataset.failed; return; }
  const token = document.querySelector("#cg-wishes [name=csrfmiddlewaretoken]").value;
  const answer = await fetch(box.dataset.subscribe, {
    method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(subscription),
  });
  if (answer.ok) location.reload();
  else says.textContent = (await answer.json().catch(() => ({}))).detail ?? box.dataset.failed;
}

if (box) {
  if (!("serviceWorker" in navigator && "PushManager" in window && window.isSecureContext)) says.textContent = box.dataset.absent;
  else if (Notification.permission === "denied") says.textContent = box.dataset.denied;
  else {
    button.hidden = false;
    button.addEventListener("click", subscribe);
  }
}
