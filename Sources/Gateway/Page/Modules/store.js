// The jobs that this page knows, and those of them that a filter lets through, the newest first.
// A change costs a search in a sorted array, however many jobs there are.
import { time } from "./text.js";

export const keyOf = (job) => `${job.backend}/${job.jid}`;

export class JobStore {
  constructor() {
    this.jobs = new Map();
    this.view = [];
    this.counts = new Map();
    this.filter = { statuses: new Set(), backend: "", engine: "", search: "" };
    this.version = 0;
  }

  /** The most jobs that are kept; the oldest go first. */
  static limit = 30000;

  put(summary) {
    const key = keyOf(summary);
    const old = this.jobs.get(key);
    if (old && old.generation > summary.generation) return old;
    const at = time(summary.submitted_at) ?? 0;
    if (old && old.at === at) {
      const was = this.passes(old);
      this.count(old, -1);
      Object.assign(old, summary);
      old.version = ++this.version;
      this.count(old, 1);
      const is = this.passes(old);
      if (was && !is) this.takeOut(old);
      if (!was && is) this.putIn(old);
      return old;
    }
    if (old) this.remove(key);
    const job = { ...summary, key, at, version: ++this.version };
    this.jobs.set(key, job);
    this.count(job, 1);
    if (this.passes(job)) this.putIn(job);
    return job;
  }

  remove(key) {
    const job = this.jobs.get(key);
    if (!job) return;
    this.jobs.delete(key);
    this.count(job, -1);
    this.takeOut(job);
  }

  clear() {
    this.jobs.clear();
    this.counts.clear();
    this.view = [];
  }

  /** Lets the oldest go when there are too many. */
  trim() {
    if (this.jobs.size <= JobStore.limit) return;
    const sorted = [...this.jobs.values()].sort(order);
    for (const job of sorted.slice(JobStore.limit)) this.remove(job.key);
  }

  setFilter(filter) {
    this.filter = filter;
    this.view = [...this.jobs.values()].filter((job) => this.passes(job)).sort(order);
  }

  get isFiltered() {
    const { statuses, backend, engine, search } = this.filter;
    return statuses.size > 0 || backend !== "" || engine !== "" || search !== "";
  }

  passes(job) {
    const { statuses, backend, engine, search } = this.filter;
    if (statuses.size > 0 && !statuses.has(job.status)) return false;
    if (backend && job.backend !== backend) return false;
    if (engine && job.engine !== engine) return false;
    if (!search) return true;
    const text = search.toLowerCase();
    return [job.jid, job.image, job.command].some((value) => value.toLowerCase().includes(text));
  }

  /** Where a job stands in the view; -1 when it is not there. */
  indexOf(key) {
    const job = this.jobs.get(key);
    if (!job) return -1;
    const place = this.place(job);
    return this.view[place] === job ? place : -1;
  }

  putIn(job) { this.view.splice(this.place(job), 0, job); }

  takeOut(job) {
    const place = this.place(job);
    if (this.view[place] === job) this.view.splice(place, 1);
  }

  place(job) {
    let low = 0;
    let high = this.view.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (order(this.view[middle], job) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  count(job, by) { this.counts.set(job.status, (this.counts.get(job.status) ?? 0) + by); }
}

function order(one, other) {
  return other.at - one.at || (one.key < other.key ? -1 : one.key > other.key ? 1 : 0);
}
