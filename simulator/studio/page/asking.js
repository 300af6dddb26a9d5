// The ways to ask: typed, said by a voice, a recording, a file.

import { byId, el, fill } from "./elements.js";

const SUGGESTIONS = [
  "turn on the kitchen light and the fan", "dim the floor lamp to 30 percent", "unlock the front door",
  "set the reading lamp to owl light", "add bananas peanut butter and paper towels to my shopping list",
  "set a timer for 5 minutes", "what's the temperature outside", "@+10m",
];
const LARGEST = 8 * 1024 * 1024;

export class Asking {
  constructor(ask, complain) {
    this.ask = ask;
    this.complain = complain;
    this.said = [];
    this.place = 0;
    this.field = byId("request");
    byId("asking").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener("keydown", (event) => this.recall(event));
    byId("recording").addEventListener("change", (event) => {
      if (event.target.value) ask({ do: "play", sound: event.target.value });
      event.target.value = "";
    });
    byId("upload").addEventListener("change", (event) => this.upload(event.target));
    fill(byId("suggestions"), SUGGESTIONS.map((text) =>
      el("button", { type: "button", class: "suggestion", onclick: () => this.say(text) }, text)));
  }

  /** What this machine offers. */
  offer(plan) {
    fill(byId("voice"), el("option", { value: "" }, "nobody, typed"), plan.voices.map((name) => el("option", {}, name)));
    fill(byId("recording"), el("option", { value: "" }, "choose …"), plan.sounds.map((name) => el("option", {}, name)));
  }

  submit() {
    const text = this.field.value.trim();
    if (!text) return;
    if (this.say(text)) this.field.value = "";
  }

  say(text) {
    const voice = byId("voice").value;
    const aloud = voice && !text.startsWith("@");
    const left = this.ask(aloud ? { do: "speak", text, voice } : { do: "say", text });
    if (left) {
      this.said.push(text);
      this.place = this.said.length;
    }
    return left;
  }

  /** Earlier requests, with the arrow keys. */
  recall(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !this.said.length) return;
    event.preventDefault();
    this.place = Math.max(0, Math.min(this.said.length, this.place + step));
    this.field.value = this.said[this.place] ?? "";
  }

  upload(field) {
    const [file] = field.files;
    field.value = "";
    if (!file) return;
    if (file.size > LARGEST) {
      this.complain(`${file.name} has ${(file.size / 1048576).toFixed(1)} MB; the studio takes 8.`);
      return;
    }
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      this.ask({ do: "upload", name: file.name, content: reader.result.split(",", 2)[1] ?? "" });
    });
    reader.readAsDataURL(file);
  }
}
