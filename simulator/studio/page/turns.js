// The turns, newest first: what was said, what came of it, and the strip of its stages.

import { byId, el, fill, ms } from "./elements.js";
import { drawSound } from "./sound.js";
import { drawStages } from "./strip.js";

const KEPT = 40;

export class Turns {
  constructor(ask, onTurn) {
    this.ask = ask;
    this.onTurn = onTurn;
    this.shown = new Map();
    this.live = false;
  }

  clear() {
    this.shown.clear();
    byId("turns").replaceChildren();
    byId("no-turns").hidden = false;
  }

  /** A turn ended, or ended before this page was opened. */
  add(strip) {
    if (this.shown.has(strip.id)) return;
    byId("no-turns").hidden = true;
    const sound = el("div", { class: "sound-place" }, el("p", { class: "fine", text: "the sound is being looked at …" }));
    const article = this.article(strip, sound);
    for (const { details } of this.shown.values()) details.open = false;
    this.shown.set(strip.id, { strip, sound, article, details: article.querySelector("details") });
    byId("turns").prepend(article);
    while (this.shown.size > KEPT) {
      const [oldest, { article: gone }] = this.shown.entries().next().value;
      gone.remove();
      this.shown.delete(oldest);
    }
    if (this.live) {
      byId("answer").textContent = strip.record.reply || strip.record.error || "";
      this.onTurn(strip);
    }
  }

  /** The sound of a turn was looked at. */
  sound(told) {
    const turn = this.shown.get(told.turn);
    if (turn) fill(turn.sound, drawSound(told, turn.strip.hypotheses[0]?.words ?? []));
  }

  article(strip, sound) {
    const { record } = strip;
    const source = strip.source === "typed" ? "typed" : strip.source === "time" ? "by itself" : strip.source;
    const title = record.text || record.events.join(" ") || (strip.source === "time" ? "(by itself)" : "(nothing was understood)");
    const total = record.ms.total;
    const asks = record.asks ? el("span", { class: "asks", text: { confirm: "asks for a yes", choose: "asks which", missing: "asks for more", teach: "asks for a lesson", repeat: "asks again" }[record.asks] }) : null;
    const said = strip.said && strip.said.toLowerCase() !== record.text ? el("p", { class: "fine", text: `was to be: ${strip.said}` }) : null;
    return el("article", { class: `turn${record.error ? " wrong" : ""}`, "aria-label": title, "data-turn": strip.id },
      el("header", {},
        el("p", { class: "fine" }, el("time", { text: strip.at.slice(11, 16) }), ` · ${source}`, total === undefined ? "" : ` · ${ms(total)}`),
        el("h3", { text: title }), said,
        record.reply ? el("p", { class: "reply" }, record.reply, " ", asks) : null,
        record.error ? el("p", { class: "error", text: record.error }) : null),
      el("details", { open: true }, el("summary", { text: "Stages" }),
        drawStages(strip, sound),
        record.text ? el("div", { class: "bar" },
          el("button", { type: "button", class: "small", onclick: () => this.ask({ do: "save", turn: strip.id }) }, "Save as a scenario"),
          el("button", { type: "button", class: "small", onclick: () => this.ask({ do: "save", turn: strip.id, whole: true }) }, "Save all up to here"),
          el("button", { type: "button", class: "small", onclick: () => this.ask({ do: "say", text: record.text }) }, "Ask again")) : null));
  }
}
