// Pictures into a composer by drag, paste, button or camera: an element with data-upload-url around a text area.
// POST field "picture"; the answer is {"url", "alt", "markdown"?}. The description is asked for before it goes in.
const words = JSON.parse(document.body.dataset.words || "{}");
const boxOf = (node) => node.closest?.("[data-upload-url]");

function describe(name) {
  const dialog = Object.assign(document.createElement("dialog"), { className: "dialog" });
  dialog.innerHTML = '<form method="dialog" class="stack gap-4"><div class="ask"><label for="alt-text"></label><div class="field"><input id="alt-text" dir="auto" maxlength="300"></div></div><p class="row"><button class="btn primary" value="put"></button><button class="btn quiet" value="none"></button></p></form>';
  dialog.querySelector("label").textContent = words.alt;
  [words.insert, words.no_alt].forEach((text, at) => { dialog.querySelectorAll("button")[at].textContent = text; });
  dialog.setAttribute("aria-label", name);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => { dialog.remove(); done(dialog.returnValue === "put" ? dialog.querySelector("input").value : ""); }));
}

function send(box, file, bar) {
  const body = new FormData();
  body.append("picture", file, file.name || "picture.png");
  body.append("csrfmiddlewaretoken", document.querySelector("input[name=csrfmiddlewaretoken]")?.value || "");
  const request = new XMLHttpRequest();
  return new Promise((done, failed) => {
    request.upload.onprogress = (event) => { bar.value = event.loaded / event.total; };
    request.onload = () => (request.status < 300 ? done(JSON.parse(request.responseText)) : failed(request));
    request.onerror = () => failed(request);
    request.open("POST", box.dataset.uploadUrl);
    request.setRequestHeader("Accept", "application/json");
    request.send(body);
  });
}

async function take(box, files) {
  const area = box.querySelector("textarea");
  for (const file of [...files].filter((one) => one.type.startsWith("image/"))) {
    const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
    bar.setAttribute("aria-label", words.uploading);
    (box.querySelector(".bar") || box).append(bar);
    try {
      const [picture, alt] = await Promise.all([send(box, file, bar), describe(file.name)]);
      const text = `![${alt.replace(/[[\]\n]/g, " ")}](${picture.url})`;
      area.setRangeText(`${area.value && !area.value.endsWith("\n") ? "\n\n" : ""}${text}\n`, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
      area.focus();
    } catch (request) {
      let said = words.upload_failed;
      try { said = JSON.parse(request.responseText).message || said; } catch { /* the general words */ }
      document.dispatchEvent(new CustomEvent("patogh:toast", { detail: { text: said } }));
    }
    bar.remove();
  }
}

document.addEventListener("paste", (event) => { const box = boxOf(event.target); if (box && event.clipboardData.files.length) { event.preventDefault(); take(box, event.clipboardData.files); } });
document.addEventListener("dragover", (event) => { const box = boxOf(event.target); if (box) { event.preventDefault(); box.classList.add("is-over"); } });
document.addEventListener("dragleave", (event) => boxOf(event.target)?.classList.remove("is-over"));
document.addEventListener("drop", (event) => { const box = boxOf(event.target); if (box) { event.preventDefault(); box.classList.remove("is-over"); take(box, event.dataTransfer.files); } });
document.addEventListener("change", (event) => { if (event.target.matches("[data-upload-url] input[type=file][data-pick]")) { take(boxOf(event.target), event.target.files); event.target.value = ""; } });
