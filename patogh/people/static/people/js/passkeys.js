// Passkeys: a form with data-passkey (create, get or login) asks the device and posts what it answers.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const withIds = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

async function create(options, alone) {
  const wish = { ...options, challenge: bytes(options.challenge), excludeCredentials: withIds(options.excludeCredentials) };
  wish.user = { ...options.user, id: bytes(options.user.id) };
  wish.authenticatorSelection = { ...options.authenticatorSelection, residentKey: alone ? "required" : "discouraged", requireResidentKey: alone };
  if (alone) wish.authenticatorSelection.userVerification = "required";
  return navigator.credentials.create({ publicKey: wish });
}

async function get(options) {
  return navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: withIds(options.allowCredentials) },
  });
}

function spoken(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
    clientExtensionResults: credential.getClientExtensionResults(), authenticatorAttachment: credential.authenticatorAttachment,
  };
}

async function ask(form) {
  const kind = form.dataset.passkey;
  const given = form.querySelector("script[type='application/json']");
  const data = given ? JSON.parse(given.textContent)
    : await (await fetch(form.action, { headers: { Accept: "application/json" } })).json();
  if (kind === "create") return create(data.creation_options.publicKey, Boolean(form.elements.passwordless?.checked));
  return get(data.request_options.publicKey);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (window.PublicKeyCredential) form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fault = form.querySelector("[data-passkey-fault]");
    if (fault) fault.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(spoken(await ask(form)));
      form.submit();
    } catch {
      if (fault) fault.hidden = false;
    }
  });
}
