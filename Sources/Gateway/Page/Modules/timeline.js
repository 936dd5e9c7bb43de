// A job's life: how long it waited, was made ready and ran, and everything that was written down about it.
import { make } from "./dom.js";
import { absolute, clip, clock, duration, harmless, isFinal, now, time } from "./text.js";

/** The stretches of a job's life: [{name, kind, from, to}]; the last may still go on. */
export function stretches(job) {
  const history = job.history.filter((entry) => (entry.generation ?? job.generation) === job.generation);
  const submitted = time(job.submitted_at);
  if (submitted === null) return [];
  const placed = time(history.find((entry) => entry.kind === "placed")?.at);
  const started = time(job.started_at);
  const end = time(job.finished_at) ?? time(history.findLast((entry) => entry.kind === "ended")?.at);
  const last = isFinal(job.status) ? end ?? started ?? placed ?? submitted : now();
  const found = [];
  // Times of several clocks: none goes back behind the one before.
  let at = submitted;
  const until = (name, kind, to) => {
    const stop = Math.max(at, to);
    found.push({ name, kind, from: at, to: stop });
    at = stop;
  };
  until("waited", "waiting", placed ?? started ?? last);
  if (placed !== null) until("made ready", "ready", started ?? last);
  if (started !== null) until("ran", job.status === "finishedWithError" ? "failed" : isFinal(job.status) ? "succeeded" : "running", last);
  return found;
}

export function bar(job) {
  const found = stretches(job);
  if (found.length === 0) return null;
  const whole = Math.max(1, found.at(-1).to - found[0].from);
  const isOver = isFinal(job.status);
  const parts = found.map(({ name, kind, from, to }) => {
    const part = make("span", { class: `stretch ${kind}`, title: `${name} ${duration(to - from)}` });
    // Short ones stay visible.
    part.style.flexGrow = String(Math.max(0.02, (to - from) / whole));
    return part;
  });
  const texts = found.map(({ name, kind, from, to }, place) => make("span", { class: `stretch-text ${kind}` },
    !isOver && place === found.length - 1 ? ({ waited: "waits", ran: "runs" }[name] ?? name) + " for " : `${name} `,
    make("strong", {}, duration(to - from))));
  return make("div", { class: "life", role: "img", "aria-label": "Its life: " + found.map(
    ({ name, from, to }) => `${name} ${duration(to - from)}`).join(", ") },
  make("div", { class: "stretches" }, parts), make("div", { class: "stretch-texts" }, texts));
}

const kinds = {
  submitted: "submitted", deleted: "deleted", placed: "placed on an engine", removed: "removed from the engine",
  ended: "ended by pman", restored: "written down again",
};

function what(entry) {
  if (entry.kind !== "status") return kinds[entry.kind] ?? clip(entry.kind, 30);
  return {
    notstarted: "not started", started: "started", finishedSuccessfully: "finished", finishedWithError: "failed",
    undefined: "gone from its engine",
  }[entry.status] ?? clip(entry.status, 30);
}

export function entries(job) {
  return make("ol", { class: "history", "aria-label": "What happened" }, job.history.map((entry) => {
    const at = time(entry.at);
    const more = [
      entry.message, entry.reason, entry.engine ? `engine ${entry.engine}` : null,
      entry.attempt > 1 ? `attempt ${entry.attempt}` : null,
    ].filter(Boolean).map((text) => clip(text, 400)).join(" \u00b7 ");
    return make("li", { class: `entry ${entry.status ?? entry.kind}` },
      make("time", { datetime: entry.at, title: at === null ? "" : absolute(at) }, at === null ? "\u2013" : clock(at)),
      make("p", {}, make("strong", {}, what(entry)),
        entry.by ? make("small", { title: entry.by }, ` by ${clip(entry.by, 60)}`) : null,
        job.generation > 1 && entry.generation ? make("small", {}, ` life ${entry.generation}`) : null),
      more ? make("p", { class: "more", title: harmless(entry.message ?? entry.reason ?? "").slice(0, 2000) }, more) : null);
  }));
}
