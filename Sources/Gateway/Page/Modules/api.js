// The gateway's API, version 2.
import { setClock } from "./text.js";

/** What the gateway answered instead of what was asked for. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const part = encodeURIComponent;
export const jobPath = (backend, jid) => `/api/v2/jobs/${part(backend)}/${part(jid)}`;
export const deadPath = (backend, jid) => `/api/v2/dead-letters/${part(backend)}/${part(jid)}`;

/** A request whose answer is good. Where the gateway wants to know who asks, the browser itself does that. */
export async function request(path, options = {}) {
  const response = await fetch(path, { cache: "no-store", redirect: "error", ...options });
  setClock(response.headers.get("Date"));
  if (!response.ok) throw new Refusal(response.status, await reason(response));
  return response;
}

async function reason(response) {
  try {
    const { message } = await response.json();
    return typeof message === "string" ? message : JSON.stringify(message);
  } catch {
    return `the gateway answered ${response.status}`;
  }
}

export async function get(path, options) {
  return (await request(path, { headers: { Accept: "application/json" }, ...options })).json();
}

export async function send(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const response = await request(path, options);
  return response.status === 204 ? null : response.json();
}

/** Every page of jobs that a query gives, at most `most` jobs. `take` gets each page; true says that there is more. */
export async function eachPage(query, most, take, signal) {
  let cursor = null;
  let taken = 0;
  do {
    const parameters = new URLSearchParams(query);
    // The first page is small, so that something stands there soon.
    parameters.set("limit", cursor === null ? 100 : 1000);
    if (cursor !== null) parameters.set("cursor", cursor);
    const page = await get(`/api/v2/jobs?${parameters}`, { signal });
    take(page.jobs);
    taken += page.jobs.length;
    cursor = page.next ?? null;
  } while (cursor !== null && taken < most);
  return cursor !== null;
}
