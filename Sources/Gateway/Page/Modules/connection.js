// Whether what is shown is true: says clearly since when it is not.
import { Refusal } from "./api.js";
import { find, setText } from "./dom.js";
import { clock, duration } from "./text.js";

export class Connection {
  constructor() {
    this.since = null;
    this.wasConnected = false;
    this.why = "";
    setInterval(() => this.tell(), 1000);
  }

  get isLive() { return this.wasConnected && this.since === null; }

  heard() { if (this.since !== null) this.show(true); }

  show(connected, why = null) {
    if (connected) {
      const lost = this.since;
      this.since = null;
      this.wasConnected = true;
      document.body.dataset.connection = "live";
      setText(find("connection-text"), lost === null ? "live" : `live again after ${duration(Date.now() - lost)}`);
      if (lost !== null) setTimeout(() => { if (this.since === null) setText(find("connection-text"), "live"); }, 10000);
    } else {
      this.since ??= Date.now();
      this.why = why instanceof Refusal ? `It answers: ${why.message}` : "";
      document.body.dataset.connection = "lost";
    }
    this.tell();
  }

  tell() {
    const banner = find("lost");
    // A connection that is renewed at once is no loss.
    const isLost = this.since !== null && Date.now() - this.since >= 700;
    banner.hidden = !isLost;
    if (!isLost) return;
    setText(find("connection-text"), "lost");
    const begin = this.wasConnected
      ? `Lost the gateway since ${clock(this.since)}; trying again. What is shown is as of then.`
      : `The gateway does not answer since ${clock(this.since)}; trying again.`;
    setText(banner, this.why ? `${begin} ${this.why}` : begin);
  }
}
