// Engines with their load, and the workers on each.
import { fill, find, make } from "./dom.js";
import { clip, count, cpus, duration, line, memory } from "./text.js";

/** The workers, by engine: [{backend, engine, workers}] in a steady order. */
export function engines(workers) {
  const all = new Map();
  for (const worker of workers) {
    const key = `${worker.backend}/${worker.engine}`;
    if (!all.has(key)) all.set(key, { key, backend: worker.backend, engine: worker.engine, workers: [] });
    all.get(key).workers.push(worker);
  }
  const sorted = [...all.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
  for (const engine of sorted) {
    engine.workers.sort((one, other) => other.active - one.active || (one.name < other.name ? -1 : 1));
  }
  return sorted;
}

/** How to start a worker, as an empty place says it. */
export const howToStart = (backend) => `CONTAINER_ENV=${backend} AMQP_URL=\u2026 pman-worker`;

/** @param workers those heard of lately; `heard` in each is how many seconds ago. */
export function showWorkers(workers, isKnown) {
  const all = engines(workers);
  // Seconds of silence change all the time: they count only where they are long.
  const from = all.map((engine) => [engine.key, engine.workers.map((worker) => ({ ...worker, last_heard_seconds: 0, heard: silence(worker) }))]);
  fill(find("workers"), [from, isKnown], () => {
    if (!isKnown) return make("p", { class: "empty" }, "Asking for them\u2026");
    if (all.length === 0) {
      return make("div", { class: "empty" }, "No worker is connected: jobs are accepted and wait. Start one with ",
        make("code", {}, howToStart("docker")), ", or another of swarm, kubernetes, cromwell, slurm.");
    }
    return all.map(card);
  });
}

const silence = (worker) => (worker.heard >= 7 ? Math.floor(worker.heard) : 0);

function card({ backend, engine, workers }) {
  const watcher = workers[0];
  const trouble = workers.map((worker) => worker.unreachable).find(Boolean);
  const isSilent = workers.every(silence);
  const slots = watcher.slots === null ? "" : ` of ${watcher.slots}`;
  return make("article", { class: "engine", "data-state": trouble || isSilent ? "bad" : "good" },
    make("header", {},
      make("h3", {}, make("span", { class: "badge" }, backend), make("span", { class: "name", title: engine }, clip(engine, 60))),
      make("p", { class: "running" }, make("strong", {}, String(watcher.running)), `${slots} running`)),
    trouble ? make("p", { class: "trouble", title: trouble }, clip(trouble, 300)) : null,
    load("CPU", watcher.capacity.cpu_millicores, watcher.free.cpu_millicores, cpus),
    load("Memory", watcher.capacity.memory_mebibytes, watcher.free.memory_mebibytes, memory),
    make("ul", { class: "workers" }, workers.map((worker) => make("li", {},
      make("span", { class: "name", title: worker.name }, clip(worker.name, 60)),
      make("span", { class: "note" }, [
        worker.active ? "watches" : "stands by", clip(worker.version, 20),
        silence(worker) ? `silent for ${duration(silence(worker) * 1000)}` : null,
        ...Object.entries(worker.labels).slice(0, 6).map(([key, value]) => clip(`${key}=${value}`, 40)),
      ].filter(Boolean).join(" \u00b7 "))))));
}

function load(name, capacity, free, unit) {
  if (capacity === null || free === null || capacity <= 0) return null;
  const used = Math.max(0, capacity - free);
  const [one, whole] = [unit(used), unit(capacity)].map((figure) => figure.split(" "));
  // One unit is said once.
  const text = `${one[1] === whole[1] ? one[0] : one.join(" ")} of ${whole.join(" ")}`;
  const meter = make("span", {
    class: "meter", role: "meter", "aria-label": name, "aria-valuemin": "0", "aria-valuemax": String(capacity),
    "aria-valuenow": String(used), "aria-valuetext": text,
  }, make("span", { class: used >= capacity * 0.95 ? "full" : "" }));
  meter.firstChild.style.width = `${Math.min(100, (used / capacity) * 100)}%`;
  return make("p", { class: "load" }, make("span", {}, name), meter, make("span", { class: "figure" }, text));
}

export const workerCount = (workers) => count(workers.length, "worker", "workers");
export const nameOf = (worker) => line(worker.name).slice(0, 60);
