// The verdict as people read it: a tick or a cross, two sentences, the road of steps from the line to the seal, the facts.
const SVG = "http://www.w3.org/2000/svg";
const STAR = "0,-19 5.1,-12.3 13.4,-13.4 12.3,-5.1 19,0 12.3,5.1 13.4,13.4 5.1,12.3 0,19 -5.1,12.3 -13.4,13.4 -12.3,5.1 -19,0 -12.3,-5.1 -13.4,-13.4 -5.1,-12.3";

export function make(name, attributes = {}, ...children) {
  const isDrawn = ["svg", "path", "circle", "polygon"].includes(name);
  const element = isDrawn ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

export const filled = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// Each step is a hash that the book gives; the road is what the browser makes of them. Left and right as in the tree.
export function road(sides, label) {
  const width = 560, last = width - 26, step = (last - 26) / (sides.length + 1);
  const drawing = make("svg", { class: "steps-road", viewBox: `0 0 ${width} 80`, role: "img", "aria-label": label });
  drawing.append(make("path", { class: "bed", d: `M26 40H${last}` }), make("path", { class: "dash", d: `M26 40H${last}` }));
  sides.forEach((side, at) => {
    const x = (26 + (at + 1) * step).toFixed(1), y = side === "l" ? 12 : 68;
    drawing.append(make("path", { class: "arm", d: `M${x} 40V${y}` }), make("circle", { class: "given", cx: x, cy: y, r: 4.5 }), make("circle", { class: "made", cx: x, cy: 40, r: 3.4 }));
  });
  drawing.append(make("circle", { class: "own", cx: 26, cy: 40, r: 13 }), make("polygon", { class: "seal-star", points: STAR, transform: `translate(${last} 40)` }));
  return drawing;
}

export function facts(pairs) {
  const list = make("dl", { class: "facts" });
  for (const [name, value] of pairs) list.append(make("dt", {}, name), make("dd", {}, value));
  return list;
}

// `box` holds [data-mark], [data-said], [data-more], [data-road], [data-facts]; what is missing is left out.
export function show(box, state, { said, more = "", drawing = null, list = null }) {
  box.dataset.state = state;
  const put = (name, ...what) => box.querySelector(`[data-${name}]`)?.replaceChildren(...what);
  put("mark", make("svg", { class: "i", viewBox: "0 0 24 24", "aria-hidden": "true" }, make("path", { d: { good: "M20 6 9 17l-5-5", bad: "M18 6 6 18M6 6l12 12", wait: "M12 6v6l4 2" }[state] })));
  put("said", said);
  put("more", more);
  put("road", ...(drawing ? [drawing] : []));
  put("facts", ...(list ? [list] : []));
}
