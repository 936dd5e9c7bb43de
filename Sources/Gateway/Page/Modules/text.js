// How values are shown: harmless, short, and in people's units.

// Control characters, what turns the reading direction round, and what cannot be seen.
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

function picture(character) {
  const code = character.codePointAt(0);
  if (code < 0x20 || code === 0x7f) return `^${String.fromCodePoint(code ^ 0x40)}`;
  return `\u27e8U+${code.toString(16).toUpperCase().padStart(4, "0")}\u27e9`;
}

/** Text of several lines with every control character written out as terminals do: ^[ for escape. */
export const harmless = (text) => String(text ?? "").replaceAll("\r\n", "\n").replace(invisible, picture);

/** The same on one line. */
export const line = (text) => harmless(text).replaceAll("\n", "\u23ce").replaceAll("\t", " ");

/** The beginning of a long value. The whole belongs into a title or a detail. */
export function clip(text, length = 300) {
  const shown = line(text);
  return shown.length > length ? shown.slice(0, length) + "\u2026" : shown;
}

let offset = 0;

/** Takes the gateway's clock, so that "5 s ago" is right where this machine's clock is not. */
export function setClock(date) {
  const theirs = Date.parse(date ?? "");
  // The header has whole seconds only.
  if (!Number.isNaN(theirs) && Math.abs(theirs - Date.now()) > 2000) offset = theirs - Date.now();
  else if (!Number.isNaN(theirs)) offset = 0;
}

export const now = () => Date.now() + offset;

/** Milliseconds since 1970, or null. */
export function time(text) {
  const value = Date.parse(text ?? "");
  // pman says year 1 for "not yet".
  return Number.isNaN(value) || value <= 0 ? null : value;
}

/** 850 ms, 12 s, 3 min 20 s, 2 h 5 min, 3 d 4 h */
export function duration(milliseconds) {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const two = (value, large, small, size) => {
    const rest = Math.floor(value % size);
    return `${Math.floor(value / size)} ${large}` + (rest ? ` ${rest} ${small}` : "");
  };
  if (seconds < 3600) return two(seconds, "min", "s", 60);
  if (seconds < 86400) return two(seconds / 60, "h", "min", 60);
  return two(seconds / 3600, "d", "h", 24);
}

export function ago(at) {
  const passed = now() - at;
  if (passed < 2000) return "just now";
  const seconds = Math.floor(passed / 1000);
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} d ago`;
}

const two = (value) => String(value).padStart(2, "0");

/** 14:03:11 */
export function clock(at) {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** 14:03 */
export const minute = (at) => clock(at).slice(0, 5);

/** 2025-01-31 14:03:11, in the reader's time zone */
export function absolute(at) {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(at)}`;
}

const groups = new Intl.NumberFormat("en");
export const number = (value) => (value === null || value === undefined ? "\u2013" : groups.format(value));
export const count = (value, one, many) => `${number(value)} ${value === 1 ? one : many}`;

export const cpus = (millicores) => (millicores === null ? "\u2013" : `${Number((millicores / 1000).toFixed(2))}`);
export const memory = (mebibytes) =>
  mebibytes === null ? "\u2013" : mebibytes < 1024 ? `${mebibytes} MiB` : `${Number((mebibytes / 1024).toFixed(1))} GiB`;

export const words = {
  notstarted: "waiting", started: "running", finishedSuccessfully: "succeeded", finishedWithError: "failed",
  undefined: "gone",
};
/** The colour of a backend in graph and table. */
export const colourOf = (backend) =>
  `series-${Math.max(0, ["docker", "kubernetes", "cromwell", "swarm", "slurm"].indexOf(backend))}`;

export const isFinal = (status) => status !== "notstarted" && status !== "started";
