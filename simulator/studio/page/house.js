// The floor plan: rooms by floor, devices as they stand. A click is a hand on the device.

import { byId, el, fill } from "./elements.js";
import { icon } from "./icons.js";
import { colourOf, levelOf } from "./light.js";

const OTHER = {
  on: "off", off: "on", locked: "unlocked", unlocked: "locked", open: "closed", closed: "open",
  playing: "paused", paused: "playing", idle: "playing", cleaning: "docked", mowing: "docked",
};
const WORDS = ["power", "lock", "contact", "occupancy", "leak", "smoke", "media", "vacuum", "mower"];
const DEGREES = (value) => `${value}°`;

/** What one click on a device does: capability and value; null where it does nothing. */
export function oneClick(values) {
  for (const name of WORDS) {
    if (name === "media" && "power" in values) continue;
    if (!(name in values)) continue;
    const docked = values[name] === "docked" && { vacuum: "cleaning", mower: "mowing" }[name];
    return { [name]: docked || OTHER[values[name]] || "on" };
  }
  if ("position" in values) return { position: values.position > 0 ? 0 : 100 };
  return null;
}

/** How a device stands, in few words. */
export function reading(device, values) {
  const parts = [];
  if (device.kind === "climate" || device.kind === "water_heater") {
    if ("temperature" in values) parts.push(DEGREES(values.temperature));
    if (values.mode !== "off") parts.push(`→ ${DEGREES(values.target_temperature)}`);
    if (values.mode) parts.push(values.mode);
    return parts.join(" ");
  }
  if (values.power === "on") {
    const level = values.brightness ?? values.fan_speed;
    parts.push(level !== undefined ? `${level} %` : values.media ?? "on");
  } else if (values.power) parts.push("off");
  if ("position" in values) parts.push(values.position === 0 ? "closed" : values.position === 100 ? "open" : `open ${values.position} %`);
  for (const name of ["lock", "contact", "vacuum", "mower"]) if (values[name]) parts.push(values[name]);
  if (values.occupancy) parts.push(values.occupancy === "on" ? "movement" : "nobody");
  if (values.leak) parts.push(values.leak === "on" ? "wet" : "dry");
  if (values.smoke) parts.push(values.smoke === "on" ? "smoke" : "no smoke");
  if ("temperature" in values) parts.push(DEGREES(values.temperature));
  if ("humidity" in values) parts.push(`${values.humidity} %`);
  if (values.mode && !values.power) parts.push(values.mode.replaceAll("_", " "));
  if (device.kind === "scene") parts.push(values.scene ?? "scene");
  return parts.join(" · ");
}

export class House {
  constructor(ask, more) {
    this.ask = ask;
    this.more = more;
    this.devices = new Map();
    this.states = {};
    this.rows = new Map();
  }

  /** The house as it is built. */
  build(plan) {
    this.devices = new Map(plan.devices.map((device) => [device.id, device]));
    this.rows.clear();
    this.rooms = new Map();
    const floors = new Map();
    for (const room of plan.rooms) {
      if (!floors.has(room.floor)) floors.set(room.floor, []);
      floors.get(room.floor).push(room.name);
    }
    fill(byId("floors"), [...floors].map(([floor, rooms]) => this.floor(floor, rooms)));
  }

  floor(name, rooms) {
    return el("section", { class: "floor", "aria-label": name || "House" },
      el("h3", { text: name || "House" }),
      el("div", { class: "rooms" }, rooms.map((room) => this.room(room))));
  }

  room(name) {
    const mine = [...this.devices.values()].filter((device) => device.room === name);
    const here = el("span", { class: "here", text: "the speaker stands here", hidden: true });
    const found = el("section", { class: "room", "aria-label": name || "No room" },
      el("h4", {}, el("span", { text: name || "No room" }), here),
      el("ul", { class: "devices" }, mine.map((device) => this.row(device))));
    this.rooms.set(name, { element: found, here, devices: mine });
    return found;
  }

  row(device) {
    const thing = el("button", { type: "button", class: "thing", onclick: () => this.click(device) });
    const row = el("li", { class: "device", "data-device": device.id }, thing,
      el("button", {
        type: "button", class: "more", "aria-label": `More of ${device.name}`, title: "More",
        onclick: () => this.more(device, this.states[device.id]),
      }, "⋯"));
    this.rows.set(device.id, { row, thing });
    return row;
  }

  click(device) {
    const state = this.states[device.id];
    const change = state && oneClick(state.values);
    if (change) this.ask({ do: "touch", device: device.id, values: change });
    else if (state) this.more(device, state);
  }

  /** How devices stand now. */
  show(changed) {
    const touched = new Set();
    for (const [id, state] of Object.entries(changed)) {
      if (state === null) delete this.states[id];
      else this.states[id] = state;
      const device = this.devices.get(id);
      if (!device) continue;
      this.draw(device, state);
      touched.add(device.room);
    }
    for (const room of touched) this.light(room);
  }

  draw(device, state) {
    const { row, thing } = this.rows.get(device.id);
    row.hidden = state === null;
    if (state === null) return;
    const { values } = state;
    const words = reading(device, values);
    const believed = reading(device, { ...values, ...state.known });
    const differs = !state.there ? "out of reach" : believed !== words ? `speaker thinks ${believed}` : "";
    const ill = state.fault === "none" ? "" : state.fault;
    const on = ["on", "unlocked", "open", "playing", "cleaning", "mowing"];
    const active = WORDS.some((name) => on.includes(values[name])) || values.position > 0;
    row.className = `device kind-${device.kind}${active ? " active" : ""}${ill ? " ill" : ""}${state.there ? "" : " away"}`;
    row.style.setProperty("--level", levelOf(device, values).toFixed(2));
    row.style.setProperty("--colour", colourOf(values));
    row.style.setProperty("--open", (values.position ?? 0) / 100);
    if ("power" in values) thing.setAttribute("aria-pressed", values.power === "on");
    fill(thing, icon(device, values),
      el("span", { class: "name", text: device.name }),
      el("span", { class: "reading", text: words }),
      ill || differs ? el("span", { class: "warn", text: [ill, differs].filter(Boolean).join(", ") }) : null);
  }

  /** A room glows with its lamps. */
  light(name) {
    const room = this.rooms.get(name);
    if (!room) return;
    const lit = room.devices.map((device) => [device, this.states[device.id]?.values ?? {}])
      .map(([device, values]) => [levelOf(device, values), colourOf(values)])
      .filter(([level]) => level > 0).sort((a, b) => b[0] - a[0]);
    const level = 1 - lit.reduce((dark, [one]) => dark * (1 - 0.6 * one), 1);
    room.element.style.setProperty("--light", level.toFixed(2));
    room.element.style.setProperty("--colour", lit[0]?.[1] ?? "transparent");
  }

  /** Where the speaker stands. */
  stand(name) {
    for (const [room, { here }] of this.rooms ?? []) here.hidden = room !== name;
  }
}
