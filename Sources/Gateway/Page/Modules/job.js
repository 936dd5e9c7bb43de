// One job: what it is, its life, its output, and a way to end it.
import { Refusal, jobPath, send } from "./api.js";
import { ask, say } from "./dialogs.js";
import { fill, find, make } from "./dom.js";
import { Output, detail } from "./output.js";
import { absolute, ago, clip, count, cpus, duration, harmless, isFinal, line, memory, number, time, words } from "./text.js";
import { bar, entries } from "./timeline.js";

export class JobPanel {
  constructor({ onClose, onNews }) {
    this.box = find("job");
    this.onClose = onClose;
    this.onNews = onNews;
    this.job = null;
    this.output = null;
    this.key = null;
    // What it waits for, and how long it runs, change without an event.
    setInterval(() => { if (this.job && !isFinal(this.job.status)) this.showLife(); }, 1000);
    setInterval(() => { if (this.job?.status === "notstarted") this.load(); }, 5000);
  }

  get isOpen() { return this.key !== null; }

  async open(backend, jid) {
    const key = `${backend}/${jid}`;
    if (this.key === key) return;
    this.stop();
    this.cameFrom ??= document.activeElement;
    Object.assign(this, { key, backend, jid, job: null });
    this.build();
    this.box.hidden = false;
    document.body.classList.add("with-job");
    this.box.focus({ preventScroll: true });
    await this.load();
  }

  close() {
    if (!this.isOpen) return;
    this.stop();
    this.key = null;
    this.box.hidden = true;
    this.box.replaceChildren();
    document.body.classList.remove("with-job");
    this.cameFrom?.focus({ preventScroll: true });
    this.cameFrom = null;
  }

  stop() {
    this.output?.stop();
    this.output = null;
    this.control?.abort();
    this.job = null;
  }

  build() {
    const part = (name) => (this[name] = make("div", { class: `part-${name}` }));
    this.cancelButton = make("button", { type: "button", class: "danger", hidden: true, onclick: () => this.cancel() }, "Cancel the job\u2026");
    this.box.replaceChildren(
      make("header", {},
        make("h2", { id: "job-title", title: this.jid }, clip(this.jid, 200)),
        make("button", { type: "button", class: "quiet close", "aria-label": "Close", title: "Close (Esc)", onclick: () => this.onClose() }, "\u2715")),
      part("state"), part("life"), part("history"), part("logs"), part("facts"));
    this.state.append(make("p", { class: "empty" }, "Asking for it\u2026"));
  }

  /** Reads the job anew; several wishes at once are one request. */
  async load() {
    if (!this.isOpen) return;
    if (this.isLoading) { this.isWanted = true; return; }
    this.isLoading = true;
    this.control = new AbortController();
    const { key } = this;
    try {
      const job = await detail(this.backend, this.jid, this.control.signal);
      if (this.key === key) this.take(job);
    } catch (error) {
      if (this.key === key && error instanceof Refusal) this.missing(error);
    } finally {
      this.isLoading = false;
      const again = this.isWanted || (this.isOpen && this.key !== key);
      this.isWanted = false;
      if (again) setTimeout(() => this.load(), this.key === key ? 150 : 0);
    }
  }

  missing(error) {
    this.output?.stop();
    this.cancelButton.hidden = true;
    this.state.replaceChildren(make("p", { class: "problem odd" }, error.status === 404
      ? "There is no such job: it was deleted, or never existed." : error.message));
    this.state.madeFrom = null;
  }

  take(job) {
    const old = this.job;
    this.job = job;
    this.onNews(job);
    this.showState();
    this.showLife();
    this.showFacts();
    fill(this.history, job.history, () => [make("h3", {}, "What happened"), entries(job)]);
    const needsOutput = job.status !== "notstarted";
    const isNew = old && old.generation !== job.generation;
    if (isNew || !needsOutput) { this.output?.stop(); this.output = null; this.logs.replaceChildren(); }
    if (needsOutput && !this.output) {
      this.output = new Output(job);
      this.logs.replaceChildren(make("h3", {}, "Output ", this.output.note), this.output.pre);
      if (isFinal(job.status)) { this.output.isOver = true; this.output.show(); }
      else this.output.follow();
    } else if (isFinal(job.status)) this.output?.end();
  }

  showState() {
    const { job } = this;
    const from = [job.status, job.message, job.waiting];
    fill(this.state, from, () => [
      make("p", { class: "headline", "data-status": job.status },
        make("span", { class: "mark" }, words[job.status] ?? clip(job.status, 30)),
        make("span", { class: "saying", title: harmless(job.message).slice(0, 2000) }, clip(job.message, 400))),
      job.waiting && job.waiting.text !== job.message ? make("p", { class: "waiting" }, clip(job.waiting.text, 500)) : null,
      job.waiting?.position ? make("p", { class: "note" }, `Number ${number(job.waiting.position)} in the queue`
        + (job.waiting.head_age_seconds ? `; the first waits for ${duration(job.waiting.head_age_seconds * 1000)}` : "")) : null,
      this.cancelButton,
    ]);
    this.cancelButton.hidden = isFinal(job.status);
  }

  showLife() { this.life.replaceChildren(...[bar(this.job)].filter(Boolean)); }

  showFacts() {
    const { job } = this;
    const { resources } = job;
    const at = (text) => { const value = time(text); return value === null ? null : `${absolute(value)} (${ago(value)})`; };
    const facts = [
      ["Image", job.image], ["Command", job.command], ["Backend", job.backend], ["Engine", job.engine],
      ["Object", job.object], ["Asks for", [
        `${cpus(resources.cpu_millicores)} CPU`, memory(resources.memory_mebibytes),
        resources.gpus > 0 ? `${resources.gpus} GPU` : null,
        resources.workers > 1 ? count(resources.workers, "worker", "workers") : null,
      ].filter(Boolean).join(", ")],
      ["Input", job.input], ["Output", job.output], ["Environment", job.environment.join(", ")],
      ["Labels", Object.entries(job.labels).map(([key, value]) => `${key}=${value}`).join(", ")],
      ["For", job.user], ["Submitted", at(job.submitted_at)], ["Exit code", job.exit_code],
      ["Life", job.generation > 1 ? `${job.generation}: the id was used before` : null],
    ].filter(([, value]) => value !== null && value !== undefined && value !== "");
    fill(this.facts, facts.map(([name, value]) => [name, name === "Submitted" ? job.submitted_at : value]), () => [
      make("h3", {}, "What it is"), make("dl", { class: "facts" }, facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, long(String(value)))]))]);
  }

  async cancel() {
    const { job } = this;
    if (!job || isFinal(job.status)) return;
    const reason = await ask({
      title: "Cancel this job?",
      text: `${line(job.jid).slice(0, 200)} ends with an error; its record stays and says why.`,
      yes: "Cancel the job", isDangerous: true,
      field: { label: "Reason (kept with the job)", placeholder: "for example: wrong data set", maximum: 500 },
    });
    if (reason === null) return;
    try {
      this.take(await send("POST", `${jobPath(job.backend, job.jid)}/cancel`, reason ? { reason } : {}));
      say(`${line(job.jid).slice(0, 60)} is cancelled`);
    } catch (error) {
      say(`Not cancelled: ${error.message}`, true);
    }
  }
}

/** A long value is folded, and can be opened. */
function long(value) {
  if (value.length <= 300) return harmless(value);
  return make("details", {}, make("summary", {}, clip(value, 200)), make("div", { class: "whole" }, harmless(value)));
}
