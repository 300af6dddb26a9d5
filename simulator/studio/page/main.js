// What the studio tells goes to the parts of the page; what is done on the page is asked of the studio.

import { Asking } from "./asking.js";
import { Bus } from "./bus.js";
import { DevicePanel } from "./device.js";
import { byId, el } from "./elements.js";
import { Faults } from "./faults.js";
import { House } from "./house.js";
import { Microphone } from "./microphone.js";
import { Scenarios } from "./scenarios.js";
import { drawShelf } from "./shelf.js";
import { tabs } from "./tabs.js";
import { Turns } from "./turns.js";
import { Wire } from "./wire.js";

const NOTICE_MS = 8000;

function notice(text, kind = "error") {
  const found = el("p", { class: `notice ${kind}` }, el("span", { text }),
    el("button", { type: "button", "aria-label": "Dismiss", onclick: () => found.remove() }, "×"));
  byId("notices").append(found);
  setTimeout(() => found.remove(), NOTICE_MS);
}

function pill(id, good, text) {
  const found = byId(id);
  found.className = `pill ${good ? "good" : "bad"}`;
  found.textContent = text;
}

/** Ask the studio for something; tells whether it left. */
function ask(order) {
  const left = wire.send(order);
  if (!left) notice("The studio is not connected; nothing was sent.");
  return left;
}

/** Read a reply with the browser's own voice, where there is one. */
function aloud(text) {
  if (!byId("aloud").checked || !text || !("speechSynthesis" in window)) return;
  speechSynthesis.cancel();
  speechSynthesis.speak(new SpeechSynthesisUtterance(text));
}

const panel = new DevicePanel(ask);
const house = new House(ask, (device, state) => state && panel.open(device, state));
const turns = new Turns(ask, (strip) => aloud(strip.record.reply));
const bus = new Bus();
const faults = new Faults(ask);
const scenarios = new Scenarios(ask);
const asking = new Asking(ask, notice);

const wire = new Wire({
  plan(told) {
    turns.live = false;
    turns.clear();
    bus.clear();
    house.build(told);
    panel.faults = told.faults;
    faults.build(told);
    scenarios.build(told);
    asking.offer(told);
  },
  devices({ devices }) {
    house.show(devices);
    panel.show(devices);
    faults.devices(devices);
  },
  shelf(told) {
    drawShelf(told, ask);
    house.stand(told.room);
    document.body.classList.toggle("ringing", told.ringing.length > 0);
  },
  status(told) {
    const now = new Date(told.now);
    byId("now").textContent = told.now.slice(11);
    byId("now").dateTime = told.now;
    byId("day").textContent = now.toLocaleDateString("en", { weekday: "long", day: "numeric", month: "long" });
    pill("broker", told.broker, told.broker ? told.address : "broker is gone");
    pill("microphone", told.microphone, told.microphone ? "microphone" : "microphone unplugged");
    byId("watchers").hidden = told.pages < 2;
    byId("watchers").textContent = `${told.pages} pages show this house`;
    faults.show(told);
  },
  letters: ({ letters }) => bus.add(letters),
  turn: (told) => turns.add(told),
  sound: (told) => turns.sound(told),
  notice: ({ text, kind }) => notice(text, kind),
  afresh: () => turns.clear(),
  saved: (told) => scenarios.saved(told),
  playing: (told) => scenarios.playing(told),
  played: (told) => scenarios.played(told),
  welcome() {
    turns.live = true;
    document.body.classList.add("ready");
  },
}, (state) => {
  pill("wire", state === "connected", state === "connected" ? "connected" : "connection lost, trying again");
  document.body.classList.toggle("lost", state === "lost");
});

new Microphone(byId("hold"), byId("hold-words"), wire, notice);
tabs(document.querySelector('[role="tablist"]'));
addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, dialog");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    byId("request").focus();
  }
});
