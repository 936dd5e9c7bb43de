// Server-Sent Events over fetch. The browser's own EventSource gives up for good at a 503, and hides the
// comments by which one knows that the other side still lives.
import { request } from "./api.js";

/** Reads one stream to its end; `take` gets each event as {event, data, id}. */
export async function readEvents(path, { lastID = null, signal, take, onOpen = () => {}, onBytes = () => {} }) {
  const headers = { Accept: "text/event-stream" };
  if (lastID !== null) headers["Last-Event-ID"] = lastID;
  const response = await request(path, { headers, signal });
  onOpen();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let event = "";
  let data = [];
  let id = null;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    onBytes();
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const raw of lines) {
      const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
      if (line === "") {
        if (data.length > 0) take({ event: event || "message", data: parse(data.join("\n")), id });
        event = "";
        data = [];
      } else if (!line.startsWith(":")) {
        const colon = line.indexOf(":");
        const name = colon < 0 ? line : line.slice(0, colon);
        const text = colon < 0 ? "" : line.slice(colon + (line[colon + 1] === " " ? 2 : 1));
        if (name === "event") event = text;
        else if (name === "data") data.push(text);
        else if (name === "id") id = text;
      }
    }
  }
}

function parse(text) {
  try { return JSON.parse(text); } catch { return null; }
}

/** Follows a stream for ever: connects again where it ended, and says whether it is connected. */
export class Live {
  /** @param silence after how many milliseconds without a byte the connection counts as lost. */
  constructor(path, { take, onState, silence = 40000 }) {
    Object.assign(this, { path, take, onState, silence });
    this.lastID = null;
    this.wake = () => {};
    addEventListener("online", () => this.wake());
    addEventListener("visibilitychange", () => { if (!document.hidden) this.wake(); });
  }

  async run() {
    for (let failures = 0; ; failures += 1) {
      const control = new AbortController();
      let guard = 0;
      const watch = () => {
        clearTimeout(guard);
        guard = setTimeout(() => control.abort(), this.silence);
      };
      let why = null;
      try {
        watch();
        const resumes = this.lastID !== null;
        await readEvents(this.path, {
          lastID: this.lastID, signal: control.signal, onBytes: watch,
          onOpen: () => { failures = 0; this.onState({ connected: true, resumes }); },
          take: (event) => {
            if (event.id !== null) this.lastID = event.id;
            this.take(event);
          },
        });
      } catch (error) {
        why = error;
      }
      clearTimeout(guard);
      control.abort();
      this.onState({ connected: false, why });
      await new Promise((resolve) => {
        this.wake = resolve;
        setTimeout(resolve, Math.min(500 * 2 ** Math.min(failures, 3), 4000));
      });
      this.wake = () => {};
    }
  }
}
