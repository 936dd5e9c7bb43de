// The queues' figures below the graph.
import { fill, find, make } from "./dom.js";
import { clip, colourOf, duration, number } from "./text.js";

/** @param refusal why there are no figures */
export function showQueues(state, refusal) {
  const queues = state?.queues ?? [];
  const from = queues.map((queue) => [
    queue.backend, number(queue.ready), number(queue.unacknowledged), number(queue.retrying), number(queue.consumers),
    queue.oldest_seconds === null ? "\u2013" : duration(queue.oldest_seconds * 1000),
    rate(queue.rate_in), rate(queue.rate_out),
  ]);
  fill(find("queues"), [from, refusal], () => {
    if (!state) return make("p", { class: "empty" }, refusal ? `This gateway has no figures of queues: ${clip(refusal, 200)}` : "Asking for them\u2026");
    if (from.length === 0) return make("p", { class: "empty" }, "No queue yet: the first job or worker makes one.");
    const heads = [
      ["Backend", ""], ["Ready", "jobs in the queue"], ["Taken", "given to a worker, not started yet"],
      ["Put back", "to be tried again in a while"], ["Takers", "workers that take jobs just now"],
      ["Oldest", "how long the job that waits longest does"], ["In", "jobs submitted in a minute"],
      ["Out", "jobs placed in a minute"],
    ];
    return make("div", { class: "wide" }, make("table", { class: "small" },
      make("thead", {}, make("tr", {}, heads.map(([name, title]) => make("th", { scope: "col", title }, name)))),
      make("tbody", {}, from.map(([backend, ...figures]) => make("tr", {},
        make("th", { scope: "row" }, make("span", { class: `key ${colourOf(backend)}` }), backend),
        figures.map((figure) => make("td", {}, figure)))))));
  });
}

const rate = (perSecond) => {
  const perMinute = perSecond * 60;
  return `${perMinute > 0 && perMinute < 10 ? perMinute.toFixed(1) : number(Math.round(perMinute))}/min`;
};
