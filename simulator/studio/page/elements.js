// Elements of the page, made without markup in strings: what is said is never taken for HTML.

/** An element. `props` are attributes; `on...` are listeners, `class` and `text` are what they say,
 *  `vars` are CSS variables; null and false leave an attribute out. */
export function el(tag, props = {}, ...children) {
  const found = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) found.addEventListener(name.slice(2), value);
    else if (name === "text") found.textContent = value;
    else if (name === "vars") for (const [key, one] of Object.entries(value)) found.style.setProperty(key, one);
    else found.setAttribute(name, value === true ? "" : value);
  }
  found.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return found;
}

export const byId = (id) => document.getElementById(id);

/** Replace what is in an element. */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
}

/** A score from 0 to 1 as a bar with its number. */
export function score(value, label = "") {
  const words = value >= 0.995 ? "1.0" : value.toFixed(2);
  return el("span", { class: "score", title: `${label} ${(value * 100).toFixed(1)} %`.trim() },
    el("span", { class: "score-bar", "aria-hidden": "true", vars: { "--p": value.toFixed(3) } }),
    el("span", { class: "score-number", text: words }));
}

/** Milliseconds for people. */
export const ms = (value) => (value >= 100 ? `${Math.round(value)} ms` : `${value.toFixed(1)} ms`);

/** "target_temperature" -> "target temperature". */
export const spaced = (name) => name.replaceAll("_", " ");
