// A job's output as it comes. It may be endless, and hold anything: bounded, and every control character written out.
import { Refusal, get, jobPath, request } from "./api.js";
import { make } from "./dom.js";
import { readEvents } from "./stream.js";
import { count, harmless } from "./text.js";

const mostCharacters = 400000;
const lastLines = 2000;

// How much of the output is not shown; how much more cannot always be told.
function missing(gap) {
  const bytes = gap?.bytes ?? 0;
  return gap?.at_least ? bytes > 0 ? `${count(bytes, "byte", "bytes")} and more` : "something" : count(bytes, "byte", "bytes");
}

export class Output {
  constructor(job) {
    this.path = `${jobPath(job.backend, job.jid)}/logs`;
    this.control = new AbortController();
    this.length = 0;
    this.dropped = 0;
    this.pre = make("pre", { class: "output", tabindex: "0", "aria-label": "Output" });
    this.note = make("p", { class: "note" }, "");
    this.pending = [];
  }

  stop() {
    clearTimeout(this.patience);
    this.control.abort();
  }

  /** The job has ended: what follows now is its last words, and then the whole. */
  end() {
    if (this.isOver) return;
    this.isOver = true;
    this.patience = setTimeout(() => {
      this.control.abort();
      this.control = new AbortController();
      this.show();
    }, 3000);
  }

  /** Shows what there is of a job that has ended. */
  async show() {
    clearTimeout(this.patience);
    try {
      const response = await request(`${this.path}?tail=${lastLines}`, { signal: this.control.signal });
      this.clear();
      this.add(await response.text());
      this.note.textContent = this.length === 0 ? "It wrote nothing." : "";
    } catch (error) { this.excuse(error); }
  }

  /** Follows the output until the job ends; connects again where the connection is lost. */
  async follow() {
    const { signal } = this.control;
    while (!signal.aborted) {
      let hasEnded = false;
      try {
        await readEvents(`${this.path}?follow=true`, {
          signal,
          onOpen: () => { this.clear(); this.note.textContent = "live"; },
          take: ({ event, data }) => {
            if (event === "output") this.add(data?.text ?? "");
            if (event === "dropped") this.add(`\n[${missing(data)} left out]\n`);
            if (event === "end") hasEnded = true;
          },
        });
      } catch (error) { this.excuse(error); }
      if (signal.aborted) return;
      if (hasEnded || this.isOver) {
        this.isOver = true;
        this.show();
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
  }

  excuse(error) {
    if (this.control.signal.aborted) return;
    this.note.textContent = error instanceof Refusal ? error.message : "The output cannot be read just now; trying again.";
  }

  clear() {
    this.pre.replaceChildren();
    this.pending = [];
    this.length = 0;
    this.dropped = 0;
  }

  add(text) {
    if (text === "") return;
    this.pending.push(text);
    if (this.pending.length === 1) requestAnimationFrame(() => this.flush());
    // In the background there are no frames.
    if (document.hidden && this.pending.length > 200) this.flush();
    this.length += text.length;
  }

  flush() {
    if (this.pending.length === 0) return;
    const { pre } = this;
    const isAtEnd = pre.scrollHeight - pre.scrollTop - pre.clientHeight < 40;
    let text = this.pending.join("");
    this.pending = [];
    if (text.length > mostCharacters) {
      this.dropped += text.length - mostCharacters;
      text = text.slice(-mostCharacters);
      pre.replaceChildren();
    }
    pre.append(make("span", {}, harmless(text)));
    let shown = 0;
    for (const piece of [...pre.children].reverse()) {
      shown += piece.textContent.length;
      if (shown > mostCharacters && piece !== pre.lastChild) {
        this.dropped += piece.textContent.length;
        piece.remove();
      }
    }
    if (this.dropped > 0) this.note.textContent = `only the end is shown; all of it is at ${this.path}`;
    if (isAtEnd) pre.scrollTop = pre.scrollHeight;
  }
}

export const detail = (backend, jid, signal) => get(jobPath(backend, jid), { signal });
