// The page: reads what is there, follows what changes, and shows what the address asks for.
import { Refusal, eachPage, get } from "./api.js";
import { Connection } from "./connection.js";
import { DeadLetters } from "./dead.js";
import { say, showHelp } from "./dialogs.js";
import { eachFrame, find, setText } from "./dom.js";
import { Filters } from "./filters.js";
import { Graph } from "./graph.js";
import { JobPanel } from "./job.js";
import { listen } from "./keyboard.js";
import { JobList, linkTo } from "./list.js";
import { Presence } from "./presence.js";
import { problems, showProblems } from "./problems.js";
import { showQueues } from "./queues.js";
import { JobStore, keyOf } from "./store.js";
import { Live } from "./stream.js";
import { line, number } from "./text.js";
import { showWorkers } from "./workers.js";

/** So many jobs are read for the list; older ones are found by a filter. */
const mostJobs = 20000;

const store = new JobStore();
const list = new JobList(store, (job) => go(linkTo(job)));
const graph = new Graph();
const presence = new Presence();
const connection = new Connection();
const dead = new DeadLetters(() => refreshFigures());
const panel = new JobPanel({ onClose: close, onNews: (job) => { if (store.jobs.has(keyOf(job))) { store.put(summary(job)); changed(); } } });
const filters = new Filters(() => applyFilter());
let queues = null;
let queuesAt = 0;
let queuesRefusal = null;
let hasMore = false;
let isLoaded = false;
let touched = null;
let search = null;

// MARK: what is shown

const changed = eachFrame(() => {
  list.render();
  filters.showCounts(store.counts);
  const shown = store.view.length;
  const all = store.jobs.size;
  setText(find("jobs-count"), isLoaded ? number(all) + (hasMore ? "+" : "") : "");
  setText(find("shown"), !isLoaded ? "Reading\u2026" : store.isFiltered ? `${number(shown)} of ${number(all)}${hasMore ? "+" : ""}` : hasMore ? `the newest ${number(all)}` : "");
  showEmpty(shown);
});

function showEmpty(shown) {
  const none = find("none");
  none.hidden = shown > 0;
  if (shown > 0 || none.hidden) return;
  const text = !isLoaded ? "Reading the jobs\u2026" : store.isFiltered
    ? "No job is like that. Esc takes the filter away." : "No jobs. They appear here as soon as pfcon, or a POST to /api/v1/, submits one.";
  setText(none, text);
}

const figuresChanged = eachFrame(() => {
  const workers = presence.workers();
  showQueues(queues, queuesRefusal);
  showWorkers(workers, presence.isKnown);
  setText(find("dead-count"), queues ? number(queues.dead_letters) : "");
  find("tab-dead").classList.toggle("alarming", queues?.dead_letters > 0);
  const found = presence.isKnown ? problems({ queues, workers, gone: presence.gone() }) : [];
  showProblems(found, (key) => { presence.forget(key); figuresChanged(); });
  offer();
});

function offer() {
  const backends = new Set(queues?.queues.map((queue) => queue.backend));
  const engines = new Set();
  for (const worker of presence.workers()) {
    backends.add(worker.backend);
    engines.add(worker.engine);
  }
  filters.offer([...backends], [...engines]);
}
// Silence is no event.
setInterval(figuresChanged, 1000);
setInterval(async () => {
  if (!connection.isLive) return;
  try {
    if (Date.now() - presence.at >= 4500) takeWorkers((await get("/api/v2/workers")).workers);
    if (queues && Date.now() - queuesAt >= 4500) takeQueues(await get("/api/v2/queues"));
  } catch { /* the banner says so, or the next time does */ }
}, 2500);

// MARK: what the gateway knows

const summary = ({ words, resources, input, output, environment, labels, object, waiting, history, ...rest }) => rest;

async function refreshFigures() {
  const [depth, workers, history] = await Promise.allSettled([
    get("/api/v2/queues"), get("/api/v2/workers"), get("/api/v2/queues/history"),
  ]);
  if (workers.status === "fulfilled") takeWorkers(workers.value.workers);
  if (history.status === "fulfilled") graph.take(history.value);
  if (depth.status === "fulfilled") takeQueues(depth.value);
  else if (depth.reason instanceof Refusal) queuesRefusal = depth.reason.message;
  figuresChanged();
}

function takeQueues(state) {
  const before = queues?.dead_letters ?? 0;
  queues = state;
  queuesAt = Date.now();
  graph.add(state.queues);
  if (state.dead_letters !== before && !find("dead").hidden) dead.load();
  figuresChanged();
}

/** What a job waits for depends on the workers, and changes without a word about the job. */
function takeWorkers(workers) {
  const before = presence.signature;
  presence.take(workers);
  figuresChanged();
  if (before !== presence.signature && isLoaded) loadJobs({ query: new URLSearchParams({ status: "notstarted" }), most: 1000 });
}

/** Reads the list of jobs. What an event says in the meantime is newer than a page. */
async function loadJobs({ anew = false, query = new URLSearchParams(), most = mostJobs, signal } = {}) {
  const seen = new Set();
  const mine = (touched = touched ?? new Set());
  const wasFiltered = query.size > 0;
  try {
    const more = await eachPage(query, most, (jobs) => {
      for (const job of jobs) {
        seen.add(keyOf(job));
        if (!mine.has(keyOf(job))) store.put(job);
      }
      isLoaded = true;
      changed();
    }, signal);
    if (!wasFiltered) {
      hasMore = more;
      if (anew && !more) for (const key of [...store.jobs.keys()]) if (!seen.has(key) && !mine.has(key)) store.remove(key);
    }
    store.trim();
  } catch (error) {
    if (error instanceof Refusal) say(`The jobs cannot be read: ${error.message}`, true);
    if (!wasFiltered && !signal?.aborted) isComplete = false;
  } finally {
    if (touched === mine) touched = null;
    changed();
  }
}
let isComplete = true;

const live = new Live("/api/v2/events", {
  onState({ connected, resumes, why }) {
    if (connected) {
      refreshFigures();
      if (!resumes || !isComplete) { isComplete = true; loadJobs({ anew: true }); }
      panel.load();
      if (!find("dead").hidden) dead.load();
    }
    connection.show(connected, why);
  },
  take({ event, data }) {
    connection.heard();
    if (data === null && event !== "reset") return;
    if (event === "job") {
      touched?.add(keyOf(data));
      store.put(data);
      if (panel.key === keyOf(data)) panel.load();
      if (store.jobs.size > JobStore.limit + 1000) store.trim();
      changed();
    } else if (event === "deleted") {
      touched?.add(keyOf(data));
      store.remove(keyOf(data));
      if (panel.key === keyOf(data)) panel.load();
      changed();
    } else if (event === "queues") takeQueues(data);
    else if (event === "workers") takeWorkers(data.workers);
    else if (event === "reset") {
      refreshFigures();
      loadJobs({ anew: true });
      panel.load();
    }
  },
});

// MARK: the address

// At once, not with the event: the next key may come before it.
function go(hash) {
  if (location.hash !== hash) history.pushState(null, "", hash);
  route();
}

function listHash() {
  const query = filters.query.toString();
  return query ? `#/jobs?${query}` : "#/jobs";
}

function close() {
  go(listHash());
}

function applyFilter() {
  store.setFilter(filters.value);
  list.anchor = null;
  // A job that was just asked for opens in a moment.
  if (!location.hash.startsWith("#/jobs/") && location.hash !== listHash()) history.replaceState(null, "", listHash());
  changed();
  search?.abort();
  if (!hasMore || !store.isFiltered) return;
  // The list is not whole: the gateway knows the rest.
  search = new AbortController();
  loadJobs({ query: filters.query, signal: search.signal });
}

function route() {
  const [path, query = ""] = location.hash.slice(1).split("?");
  const parts = path.split("/").slice(1).map(decode);
  const isDead = parts[0] === "dead-letters";
  find("jobs").hidden = isDead;
  find("dead").hidden = !isDead;
  for (const [tab, isHere] of [["tab-jobs", !isDead], ["tab-dead", isDead]]) {
    if (isHere) find(tab).setAttribute("aria-current", "page");
    else find(tab).removeAttribute("aria-current");
  }
  if (isDead) dead.load();
  if (parts[0] === "jobs" && parts.length === 3) {
    list.opened = `${parts[1]}/${parts[2]}`;
    panel.open(parts[1], parts[2]);
    document.title = `${line(parts[2]).slice(0, 60)} \u2013 pman`;
  } else {
    list.opened = null;
    panel.close();
    document.title = "pman";
    if (!isDead && filters.query.toString() !== query) {
      filters.take(query);
      applyFilter();
    }
  }
  changed();
}

function decode(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

// MARK: begin

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  find("table").focus();
});
find("help-button").addEventListener("click", showHelp);
listen({ list, panel, filters, close, cancel: () => panel.cancel() });
addEventListener("hashchange", route);
route();
figuresChanged();
live.run();
