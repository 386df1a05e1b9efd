// A form or button with data-confirm="question" asks first, in a native dialog. Without scripts the form simply goes.
const words = JSON.parse(document.body.dataset.words || "{}");
const agreed = new WeakSet();

function ask(question, yes) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.innerHTML = '<form method="dialog"><h2 class="three-t"></h2><p class="row mt-4"><button class="btn primary" value="yes"></button><button class="btn quiet" value=""></button></p></form>';
  dialog.querySelector("h2").textContent = question;
  const [go, stay] = dialog.querySelectorAll("button");
  go.textContent = yes || words.yes;
  stay.textContent = words.cancel;
  document.body.append(dialog);
  dialog.showModal();
  stay.focus();
  return new Promise((done) => dialog.addEventListener("close", () => { dialog.remove(); done(dialog.returnValue === "yes"); }));
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const asker = event.submitter?.dataset.confirm ? event.submitter : form;
  if (!asker.dataset.confirm || agreed.has(form)) return agreed.delete(form);
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await ask(asker.dataset.confirm, asker.dataset.confirmYes)) {
    agreed.add(form);
    form.requestSubmit(event.submitter);
  }
}, true);
