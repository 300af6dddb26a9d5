// What the speaker keeps: lessons, lists, timers and alarms.

import { byId, el, fill, spaced } from "./elements.js";

const left = (seconds) => {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return (parts[0] ? parts : parts.slice(1)).map((one) => String(one).padStart(2, "0")).join(":");
};

function meant(meaning) {
  return Object.entries(meaning).map(([name, value]) =>
    `${spaced(name)} ${typeof value === "object" && !Array.isArray(value) ? meant(value) : value}`).join(", ");
}

function part(title, rows, nothing) {
  return el("section", { class: "shelf-part" }, el("h3", { text: title }),
    rows.length ? el("ul", { class: "rows" }, rows) : el("p", { class: "fine", text: nothing }));
}

/** Show all of it; `ask` says a request. */
export function drawShelf(shelf, ask) {
  const say = (text, label) => el("button", { type: "button", class: "small", "aria-label": label, onclick: () => ask({ do: "say", text }) }, "Forget");
  const lessons = shelf.concepts.map((one) =>
    el("li", {}, el("span", { class: "grow" }, el("b", { text: one.name }), ` is ${meant(one.meaning)}`),
      el("span", { class: "fine", text: [one.kind, one.person ?? "the home", one.room].filter(Boolean).join(" · ") }),
      one.kind === "entity" ? say(`forget what ${one.name} means`, `Forget ${one.name}`) : null));
  const lists = Object.entries(shelf.lists).map(([name, items]) =>
    el("li", {}, el("b", { text: name }), el("span", { class: "grow", text: items.join(", ") || "empty" })));
  const timers = shelf.timers.map((one) =>
    el("li", {}, el("b", { class: "clock", text: left(one.seconds) }),
      el("span", { class: "grow", text: [one.name ?? "timer", one.command && `then: ${one.command}`, one.paused && "paused"].filter(Boolean).join(" · ") })));
  const alarms = shelf.alarms.map((one) =>
    el("li", {}, el("b", { text: one.at.slice(0, 16).replace("T", " ") }), el("span", { class: "grow", text: one.words ?? "alarm" })));
  fill(byId("panel-shelf"),
    shelf.ringing.length ? el("p", { class: "ringing", role: "alert" }, shelf.ringing.join(" "), " ",
      el("button", { type: "button", class: "small", onclick: () => ask({ do: "say", text: "stop" }) }, "Stop")) : null,
    part("Lessons", lessons, "Nothing was taught. Try: set the reading lamp to owl light."),
    part("Lists", lists, "No list yet."),
    part("Timers", timers, "No timer runs."),
    part("Alarms and reminders", alarms, "None."));
}
