// htmx requests that carry no form still carry the token of the page.
document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail.ctx?.request;
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  if (request && token && !/^(GET|HEAD)$/i.test(request.method)) request.headers["X-CSRFToken"] = token;
});
