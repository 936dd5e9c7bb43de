// What is wrong, as far as the figures tell, each with what to do.
import { fill, find, make } from "./dom.js";
import { clip, clock, count, duration } from "./text.js";
import { engines, howToStart } from "./workers.js";

/**
 * @param queues as the API shows them, or null
 * @param workers with `heard`: seconds since each was heard of
 * @param gone engines that had a worker while this page was open: [{key, backend, engine, name, at}]
 */
export function problems({ queues, workers, gone }) {
  const found = [];
  const waiting = (backend) => {
    const queue = queues?.queues.find((each) => each.backend === backend);
    return queue ? (queue.ready ?? 0) + (queue.unacknowledged ?? 0) + (queue.retrying ?? 0) : 0;
  };
  for (const queue of queues?.queues ?? []) {
    const depth = waiting(queue.backend);
    if (depth === 0 || workers.some((worker) => worker.backend === queue.backend)) continue;
    found.push({
      kind: "bad",
      text: `No worker of backend ${queue.backend} is connected: ${count(depth, "job waits", "jobs wait")}. Start one with`,
      code: howToStart(queue.backend),
    });
  }
  for (const engine of gone) {
    if (workers.some((worker) => worker.backend === engine.backend && worker.engine === engine.engine)) continue;
    found.push({
      kind: "bad", dismiss: engine.key,
      text: `The engine ${clip(engine.engine, 60)} of ${engine.backend} has no worker: ${clip(engine.name, 60)} is gone since `
        + `${clock(engine.at)}. Its jobs run on, and their ends are reported once a worker of it is started again.`,
    });
  }
  for (const { backend, engine, workers: on } of engines(workers)) {
    const complaint = on.every((worker) => worker.unreachable) ? on[0].unreachable : null;
    const silent = Math.min(...on.map((worker) => worker.heard));
    if (complaint) {
      found.push({ kind: "bad", text: `The engine ${clip(engine, 60)} of ${backend} cannot be used: ${clip(complaint, 300)}` });
    } else if (silent >= 7) {
      found.push({
        kind: "bad",
        text: `Nothing is heard from ${on.length === 1 ? `the worker ${clip(on[0].name, 60)}` : "the workers"} of ${backend} `
          + `for ${duration(Math.floor(silent) * 1000)}: it was killed, hangs, or cannot reach the broker. Look at its log; start it again.`,
      });
    }
  }
  if (queues && !queues.complete) {
    found.push({
      kind: "odd", text: `Some figures are missing: ${clip(queues.problem ?? "the broker's metrics are not to be had", 300)}`,
    });
  }
  if (queues?.dead_letters > 0) {
    found.push({
      kind: "odd", link: "#/dead-letters",
      text: `${count(queues.dead_letters, "job was given up.", "jobs were given up.")}`, label: "Look at the dead letters",
    });
  }
  return found;
}

export function showProblems(found, dismiss) {
  fill(find("problems"), found, () => found.map((problem) => make("p", { class: `problem ${problem.kind}` },
    make("span", {}, problem.text, " ",
      problem.code ? make("code", {}, problem.code) : null,
      problem.link ? make("a", { href: problem.link }, problem.label) : null),
    problem.dismiss ? make("button", {
      type: "button", class: "quiet", onclick: () => dismiss(problem.dismiss),
      title: "Hides this until its worker goes away another time",
    }, "Intended") : null)));
}
