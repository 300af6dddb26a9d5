// The scenarios that can be played, and a turn that is written down as one.

import { byId, el, fill } from "./elements.js";

export class Scenarios {
  constructor(ask) {
    this.ask = ask;
    this.rows = new Map();
  }

  build(plan) {
    this.rows.clear();
    const rows = plan.scenarios.map((name) => {
      const result = el("div", { class: "result", role: "status" });
      this.rows.set(name, result);
      return el("li", {}, el("span", { class: "grow", text: name }),
        el("button", { type: "button", class: "small", "aria-label": `Play ${name}`, onclick: () => this.ask({ do: "scenario", name }) }, "Play"), result);
    });
    fill(byId("panel-scenarios"),
      el("p", { class: "fine", text: "Each plays in a house of its own. Any turn can be saved as one." }),
      rows.length ? el("ul", { class: "rows scenarios" }, rows) : el("p", { class: "fine", text: "There are none here." }));
  }

  playing({ name }) {
    const result = this.rows.get(name);
    if (result) fill(result, el("span", { class: "fine", text: "playing …" }));
  }

  played({ name, passed, lines }) {
    const result = this.rows.get(name);
    if (!result) return;
    fill(result, el("b", { class: passed ? "end done" : "end no_answer", text: passed ? "passed" : "failed" }),
      lines.length ? el("pre", { text: lines.join("\n") }) : null);
  }

  /** A turn was written down. */
  saved({ text }) {
    const dialog = byId("saving");
    const address = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
    const name = `${(/^name = "(.*)"$/m.exec(text)?.[1] ?? "turn").replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "").slice(0, 60)}.toml`;
    fill(dialog, el("form", { method: "dialog" },
      el("header", {}, el("h2", { id: "saving-title", text: "As a scenario" }), el("button", { class: "close", "aria-label": "Close" }, "×")),
      el("pre", { class: "toml", tabindex: "0", text }),
      el("div", { class: "bar" },
        el("a", { class: "main", href: address, download: name }, `Download ${name}`),
        el("button", { type: "button", class: "small", onclick: () => navigator.clipboard.writeText(text) }, "Copy"))));
    dialog.addEventListener("close", () => URL.revokeObjectURL(address), { once: true });
    dialog.showModal();
  }
}
