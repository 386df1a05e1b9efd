// A notice that is opened is seen: said on the way out, without holding the reader up.
for (const link of document.querySelectorAll("a[data-notice]")) {
  link.addEventListener("click", () => {
    const said = new FormData();
    said.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
    navigator.sendBeacon(link.dataset.notice, said);
  });
}
