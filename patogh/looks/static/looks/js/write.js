// The buttons of a composer: data-write="bold" and its kin put Markdown around what is selected.
const marks = { bold: ["**", "**"], italic: ["_", "_"], link: ["[", "](https://)"], list: ["\n- ", ""], quote: ["\n> ", ""], code: ["`", "`"], mention: ["@", ""] };
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-write]");
  const area = button?.closest("form, .compose")?.querySelector("textarea");
  if (!area) return;
  const [before, after] = marks[button.dataset.write];
  const chosen = area.value.slice(area.selectionStart, area.selectionEnd);
  const start = area.selectionStart + before.length;
  area.setRangeText(before + chosen + after, area.selectionStart, area.selectionEnd, "end");
  area.focus();
  area.setSelectionRange(start, start + chosen.length);
  area.dispatchEvent(new Event("input", { bubbles: true }));
});
