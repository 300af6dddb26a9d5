// The WebSocket: one JSON object a message, told apart by `is`; it comes back by itself.

const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 5000;

export class Wire {
  constructor(listeners, onState) {
    this.listeners = listeners;
    this.onState = onState;
    this.pauseMs = FIRST_PAUSE_MS;
    this.connect();
  }

  get open() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Ask for something; tells whether it left. */
  send(order) {
    if (this.open) this.socket.send(JSON.stringify(order));
    return this.open;
  }

  /** Send sound. */
  sound(buffer) {
    if (this.open) this.socket.send(buffer);
  }

  connect() {
    const address = new URL("socket", location.href);
    address.protocol = "ws:";
    this.socket = new WebSocket(address);
    this.socket.binaryType = "arraybuffer";
    this.socket.addEventListener("open", () => {
      this.pauseMs = FIRST_PAUSE_MS;
      this.onState("connected");
    });
    this.socket.addEventListener("message", (event) => {
      const told = JSON.parse(event.data);
      this.listeners[told.is]?.(told);
    });
    this.socket.addEventListener("close", () => {
      this.onState("lost");
      setTimeout(() => this.connect(), this.pauseMs);
      this.pauseMs = Math.min(2 * this.pauseMs, LONGEST_PAUSE_MS);
    });
  }
}
