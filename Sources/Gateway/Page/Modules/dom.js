// Builds elements. Text is only ever set as text: what comes from jobs may hold markup.

export const find = (id) => document.getElementById(id);

/** An element with properties (class, title, on…, data-…, aria-…) and children; strings become text. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  set(element, properties);
  append(element, children);
  return element;
}

const namespace = "http://www.w3.org/2000/svg";

/** The same for SVG. */
export function draw(name, attributes = {}, ...children) {
  const element = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  append(element, children);
  return element;
}

function set(element, properties) {
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
}

function append(element, children) {
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

/** Sets text only where it changes, so that the browser has nothing to lay out again. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setTitle(element, text) {
  if (element.title !== text) element.title = text;
}

/** Replaces an element's children, unless what they were made from is the same as the last time. */
export function fill(element, from, build) {
  const key = JSON.stringify(from);
  if (element.madeFrom === key) return false;
  element.madeFrom = key;
  element.replaceChildren(...[build()].flat().filter(Boolean));
  return true;
}

/** At most one call in a frame. A page in the background has no frames: a timer serves as well. */
export function eachFrame(work) {
  let isAsked = false;
  const go = () => { if (isAsked) { isAsked = false; work(); } };
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(go);
    if (document.hidden) setTimeout(go, 200);
  };
}
