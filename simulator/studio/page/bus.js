// The MQTT log, newest first, filtered as one types.

import { byId, el } from "./elements.js";

const KEPT = 400;

export class Bus {
  constructor() {
    this.list = byId("log");
    for (const id of ["filter", "show-out", "show-in"]) byId(id).addEventListener("input", () => this.filter());
    byId("clear-log").addEventListener("click", () => this.list.replaceChildren());
  }

  clear() {
    this.list.replaceChildren();
  }

  add(letters) {
    for (const letter of letters) this.list.prepend(this.row(letter));
    while (this.list.childElementCount > KEPT) this.list.lastElementChild.remove();
  }

  row(letter) {
    const found = el("li", { class: letter.out ? "out" : "in" },
      el("span", { class: "way", "aria-label": letter.out ? "sent" : "heard", text: letter.out ? "→" : "←" }),
      el("time", { text: letter.at }),
      el("span", { class: "topic", text: letter.topic }),
      letter.retained ? el("span", { class: "tag", text: "retained" }) : null,
      el("code", { text: letter.payload || "(empty)" }));
    found.hidden = !this.wanted(found);
    return found;
  }

  wanted(row) {
    const shown = byId(row.classList.contains("out") ? "show-out" : "show-in").checked;
    return shown && row.textContent.toLowerCase().includes(byId("filter").value.trim().toLowerCase());
  }

  filter() {
    for (const row of this.list.children) row.hidden = !this.wanted(row);
  }
}
