// Which workers there are, and which went away while this page was open.
const remembered = 3600000;

export class Presence {
  constructor() {
    this.isKnown = false;
    this.latest = [];
    this.at = 0;
    this.lost = new Map();
  }

  take(workers) {
    const here = new Set(workers.map(engineOf));
    for (const worker of this.latest) {
      const key = engineOf(worker);
      if (here.has(key) || this.lost.has(key)) continue;
      this.lost.set(key, {
        key, backend: worker.backend, engine: worker.engine, name: worker.name,
        at: this.at - worker.last_heard_seconds * 1000,
      });
    }
    for (const key of here) this.lost.delete(key);
    this.latest = workers;
    this.at = Date.now();
    this.isKnown = true;
  }

  /** Changes when what jobs may wait for does. */
  get signature() { return JSON.stringify(this.latest.map((worker) => [engineOf(worker), worker.active, worker.unreachable]).sort()); }

  /** Each with `heard`: seconds since it was heard of. The gateway is asked every five seconds; longer is its silence. */
  workers() {
    const passed = Math.min(5, (Date.now() - this.at) / 1000);
    return this.latest.map((worker) => ({ ...worker, heard: worker.last_heard_seconds + passed }));
  }

  /** Engines whose last worker went away within the hour. */
  gone() {
    for (const [key, engine] of this.lost) if (Date.now() - engine.at > remembered) this.lost.delete(key);
    return [...this.lost.values()];
  }

  forget(key) { this.lost.delete(key); }
}

const engineOf = (worker) => `${worker.backend}/${worker.engine}`;
