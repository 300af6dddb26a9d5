// What can be broken: the broker, the microphone, time, any device.

import { byId, el, fill } from "./elements.js";
import { faultWords } from "./device.js";

export class Faults {
  constructor(ask) {
    this.ask = ask;
    this.ill = {};
    this.status = {};
  }

  /** What the house has. */
  build(plan) {
    const panel = byId("panel-faults");
    this.broker = this.power("broker", "The broker runs");
    this.plug = this.power("microphone", "The microphone is plugged in");
    this.list = el("ul", { class: "rows" });
    const device = el("select", { "aria-label": "Device" }, plan.devices.map((one) => el("option", { value: one.id }, one.id)));
    const fault = el("select", { "aria-label": "Fault" }, plan.faults.map((one) => el("option", { value: one, selected: one === "silent" }, faultWords(one))));
    const pace = el("input", { type: "number", min: 1, max: 600000, step: 100, value: 500, "aria-label": "Pace in milliseconds" });
    fill(panel,
      el("section", { class: "shelf-part" }, el("h3", { text: "The house" }), this.broker.label, this.plug.label),
      el("section", { class: "shelf-part" }, el("h3", { text: "A device" }),
        el("form", {
          class: "bar",
          onsubmit: (event) => {
            event.preventDefault();
            this.ask({ do: "fault", device: device.value, fault: fault.value, pace_ms: Number(pace.value) });
          },
        }, device, fault, el("label", {}, pace, " ms"), el("button", { class: "small" }, "Break")), this.list),
      el("section", { class: "shelf-part" }, el("h3", { text: "Time" }),
        el("div", { class: "bar" }, ["1m", "10m", "1h", "8h", "1d"].map((span) =>
          el("button", { type: "button", class: "small", onclick: () => this.ask({ do: "say", text: `@+${span}` }) }, `+ ${span}`)))),
      el("section", { class: "shelf-part" }, el("h3", { text: "Everything" }),
        el("button", { type: "button", class: "small", onclick: () => this.ask({ do: "afresh" }) }, "Put the house back to its beginning")));
    this.show(this.status);
    this.draw();
  }

  power(of, words) {
    const box = el("input", { type: "checkbox", role: "switch", onchange: () => this.ask({ do: "power", of, on: box.checked }) });
    return { box, label: el("label", { class: "switch" }, box, ` ${words}`) };
  }

  /** How the house stands. */
  show(status) {
    this.status = status;
    if (!this.broker) return;
    this.broker.box.checked = status.broker;
    this.plug.box.checked = status.microphone;
  }

  /** Devices changed. */
  devices(changed) {
    for (const [id, state] of Object.entries(changed)) {
      if (state && state.fault !== "none") this.ill[id] = state.fault;
      else delete this.ill[id];
    }
    this.draw();
  }

  draw() {
    if (!this.list) return;
    fill(this.list, Object.entries(this.ill).map(([id, fault]) =>
      el("li", {}, el("span", { class: "grow", text: id }), el("span", { class: "end no_answer", text: faultWords(fault) }),
        el("button", { type: "button", class: "small", "aria-label": `Mend ${id}`, onclick: () => this.ask({ do: "fault", device: id, fault: "none" }) }, "Mend"))));
  }
}
