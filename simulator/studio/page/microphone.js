// The browser's microphone: hold the button to talk, or press it shortly to begin and again to end.

const SHORT_MS = 350;
const RATE_HZ = 16000;
const TAIL_MS = 250;

export class Microphone {
  constructor(button, words, wire, complain) {
    Object.assign(this, { button, words, wire, complain });
    this.since = 0;
    this.listening = false;
    button.addEventListener("pointerdown", (event) => {
      if (event.button === 0) this.down();
    });
    addEventListener("pointerup", () => this.up());
    addEventListener("pointercancel", () => this.up());
    button.addEventListener("keydown", (event) => {
      if ((event.key === " " || event.key === "Enter") && !event.repeat) this.down();
      if (event.key === " " || event.key === "Enter") event.preventDefault();
    });
    button.addEventListener("keyup", (event) => {
      if (event.key === " " || event.key === "Enter") this.up();
    });
    // Screen readers only ever click.
    button.addEventListener("click", (event) => {
      if (event.detail === 0 && !this.since) this.toggle();
    });
  }

  down() {
    this.since = performance.now();
    this.wasListening = this.listening;
    if (!this.listening) this.begin();
  }

  up() {
    if (!this.since) return;
    const short = performance.now() - this.since < SHORT_MS;
    this.since = 0;
    if (this.wasListening || !short) this.end();
  }

  toggle() {
    if (this.listening) this.end();
    else this.begin();
  }

  async begin() {
    this.listening = true;
    this.show();
    try {
      await this.open();
    } catch (problem) {
      this.listening = false;
      this.show();
      const denied = problem.name === "NotAllowedError";
      this.complain(denied ? "The browser does not let the studio use the microphone; allow it beside the address." : `No microphone can be opened: ${problem.message}`);
      return;
    }
    if (!this.listening) {
      this.close();
    } else if (this.wire.send({ do: "talk", on: true })) {
      this.sending = true;
    } else {
      this.end();
    }
  }

  /** Open the microphone; the stream runs only while the button is held. */
  async open() {
    if (!navigator.mediaDevices) throw new Error("this browser has none");
    const audio = { channelCount: 1, echoCancellation: true, noiseSuppression: false, autoGainControl: true };
    const stream = await navigator.mediaDevices.getUserMedia({ audio });
    this.stream = stream;
    this.context = new AudioContext({ sampleRate: RATE_HZ });
    await this.context.audioWorklet.addModule("recorder.js");
    this.node = new AudioWorkletNode(this.context, "recorder");
    this.node.port.addEventListener("message", ({ data }) => {
      if (this.sending) this.wire.sound(data);
      this.level(data);
    });
    this.node.port.start();
    this.context.createMediaStreamSource(stream).connect(this.node);
    await this.context.resume();
  }

  level(buffer) {
    const loudest = new Int16Array(buffer.slice(0)).reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    this.button.style.setProperty("--level", (Math.sqrt(loudest / 32768)).toFixed(2));
  }

  end() {
    if (!this.listening) return;
    this.listening = false;
    this.show();
    // The last word is still on its way through the sound card.
    setTimeout(() => {
      if (this.sending) this.wire.send({ do: "talk", on: false });
      this.sending = false;
      this.close();
    }, TAIL_MS);
  }

  close() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.context?.close();
    this.stream = this.context = undefined;
  }

  show() {
    this.button.setAttribute("aria-pressed", this.listening);
    this.words.textContent = this.listening ? "Listening …" : "Hold to talk";
    this.button.style.setProperty("--level", 0);
  }
}
