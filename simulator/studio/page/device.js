// Everything that a hand can do to one device, and what can go wrong with it.

import { byId, el, fill, spaced } from "./elements.js";

const WORDS = {
  none: "well", slow: "slow", silent: "silent", deaf: "deaf", terse: "terse", wrong: "does something else",
  malformed: "talks nonsense", offline: "unplugged", refuses: "refuses", flapping: "comes and goes",
};

/** A fault in words. */
export const faultWords = (fault) => WORDS[fault] ?? fault;

export class DevicePanel {
  constructor(ask) {
    this.ask = ask;
    this.dialog = byId("device");
    this.faults = [];
  }

  open(device, state) {
    this.device = device;
    this.draw(state);
    this.dialog.showModal();
  }

  /** The device changed while it is looked at; what is being set by hand is left alone. */
  show(changed) {
    const state = this.device && changed[this.device.id];
    if (this.dialog.open && state && !this.dialog.querySelector("fieldset:focus-within")) this.draw(state);
  }

  draw(state) {
    const { device } = this;
    fill(this.dialog,
      el("form", { method: "dialog" },
        el("header", {},
          el("h2", { id: "device-title", text: device.name }),
          el("button", { class: "close", "aria-label": "Close" }, "×")),
        el("p", { class: "fine", text: [device.room, device.kind, device.class, device.dialect].filter(Boolean).map(spaced).join(" · ") }),
        el("fieldset", {}, el("legend", { text: "By hand" }),
          Object.entries(state.controls).map(([name, control]) => this.control(name, control, state.values[name]))),
        el("fieldset", {}, el("legend", { text: "Fault" }), this.fault(state.fault)),
        el("p", { class: "fine" }, el("strong", { text: "The speaker knows: " }),
          Object.entries(state.known).map(([name, value]) => `${spaced(name)} ${value}`).join(", ") || "nothing")));
  }

  control(name, control, value) {
    const set = (next) => this.ask({ do: "touch", device: this.device.id, values: { [name]: next } });
    const label = spaced(name);
    if (control.options) {
      const options = control.options.map((one) => el("option", { value: one, selected: one === value }, one));
      return el("label", {}, label, el("select", { onchange: (event) => set(event.target.value) }, options));
    }
    if (control.color) {
      const shown = /^#[0-9a-f]{6}$/i.test(value) ? value : "#ffffff";
      return el("label", {}, `${label} ${value}`, el("input", { type: "color", value: shown, onchange: (event) => set(event.target.value) }));
    }
    const { minimum, maximum, unit } = control;
    const shown = el("output", { text: `${value} ${unit}` });
    const step = maximum - minimum > 1000 ? 50 : unit === "°C" ? 0.5 : 1;
    return el("label", {}, label, shown, el("input", {
      type: "range", min: minimum, max: maximum, step, value, "aria-label": label,
      oninput: (event) => { shown.textContent = `${event.target.value} ${unit}`; },
      onchange: (event) => set(Number(event.target.value)),
    }));
  }

  fault(now) {
    const options = this.faults.map((fault) => el("option", { value: fault, selected: fault === now }, faultWords(fault)));
    return el("label", {}, "it is", el("select", {
      onchange: (event) => this.ask({ do: "fault", device: this.device.id, fault: event.target.value }),
    }, options));
  }
}
