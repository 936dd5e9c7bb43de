// The list of jobs. Only the rows that can be seen exist; the window itself scrolls, also on a phone.
import { eachFrame, find, make, setText, setTitle } from "./dom.js";
import { absolute, ago, clip, duration, harmless, isFinal, now, time, words } from "./text.js";

const spare = 10;

export class JobList {
  constructor(store, open) {
    this.store = store;
    this.open = open;
    this.table = find("table");
    this.rows = find("rows");
    this.shown = new Map();
    this.current = null;
    this.anchor = null;
    this.opened = null;
    this.changed = eachFrame(() => this.render());
    addEventListener("scroll", () => this.render(true), { passive: true });
    new ResizeObserver(() => this.changed()).observe(this.table);
    setInterval(() => this.changed(), 5000);
    this.rows.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (!row || event.ctrlKey || event.metaKey || getSelection().toString()) return;
      event.preventDefault();
      this.current = row.job.key;
      this.open(row.job);
    });
    this.table.addEventListener("focus", () => {
      if (this.current === null && this.store.view.length > 0) this.current = this.firstVisible()?.key ?? null;
      this.changed();
    });
    this.table.addEventListener("blur", () => this.changed());
  }

  get rowHeight() { return parseFloat(getComputedStyle(this.table).getPropertyValue("--row")) || 34; }

  firstVisible() {
    const top = find("table").querySelector(".head").getBoundingClientRect().bottom;
    const index = Math.ceil((Math.max(top, 0) - this.rows.getBoundingClientRect().top) / this.rowHeight);
    return this.store.view[Math.max(0, Math.min(index, this.store.view.length - 1))];
  }

  /** Goes so many jobs down or up. */
  move(steps) {
    const { view } = this.store;
    if (view.length === 0) return;
    const at = this.current === null ? -1 : this.store.indexOf(this.current);
    const index = at < 0 ? view.indexOf(this.firstVisible()) : Math.max(0, Math.min(view.length - 1, at + steps));
    this.current = view[index].key;
    this.reveal(index);
    this.render();
  }

  openCurrent() {
    const job = this.current === null ? null : this.store.jobs.get(this.current);
    if (job) this.open(job);
  }

  reveal(index) {
    const height = this.rowHeight;
    const sticky = document.querySelector(".filters").offsetHeight + (this.table.querySelector(".head").offsetHeight || 0);
    const top = this.rows.getBoundingClientRect().top + index * height;
    if (top < sticky) scrollBy(0, top - sticky - height);
    else if (top + height > innerHeight) scrollBy(0, top + 2 * height - innerHeight);
  }

  /** Draws what can be seen. When jobs came or went above it, what the reader looks at stays where it is. */
  render(isScrolling = false) {
    const { view } = this.store;
    const height = this.rowHeight;
    const total = `${view.length * height}px`;
    if (this.rows.style.height !== total) this.rows.style.height = total;
    let top = -this.rows.getBoundingClientRect().top;
    if (!isScrolling && this.anchor && top > height) {
      const index = this.store.indexOf(this.anchor.key);
      const shift = index < 0 ? 0 : (index - this.anchor.index) * height;
      if (shift !== 0) {
        scrollBy(0, shift);
        top = -this.rows.getBoundingClientRect().top;
      }
    }
    const first = Math.max(0, Math.floor(top / height) - spare);
    const last = Math.min(view.length, Math.ceil((top + innerHeight) / height) + spare);
    const middle = Math.min(view.length - 1, Math.max(0, Math.floor(top / height) + 2));
    this.anchor = top > height && view[middle] ? { key: view[middle].key, index: middle } : null;
    this.draw(view, first, last, height);
  }

  draw(view, first, last, height) {
    const wanted = new Set();
    for (let index = first; index < last; index += 1) wanted.add(view[index].key);
    const free = [];
    for (const [key, row] of this.shown) {
      if (!wanted.has(key)) {
        free.push(row);
        this.shown.delete(key);
      }
    }
    const hasFocus = document.activeElement === this.table;
    for (let index = first; index < last; index += 1) {
      const job = view[index];
      let row = this.shown.get(job.key);
      if (!row) {
        row = free.pop() ?? newRow();
        this.shown.set(job.key, row);
        if (!row.isConnected) this.rows.append(row);
      }
      if (row.index !== index || row.height !== height) {
        row.style.transform = `translateY(${index * height}px)`;
        row.setAttribute("aria-rowindex", index + 2);
        row.id = `row-${index}`;
        Object.assign(row, { index, height });
      }
      if (row.job !== job || row.version !== job.version) update(row, job);
      tick(row, job);
      row.classList.toggle("current", job.key === this.current && hasFocus);
      row.classList.toggle("open", job.key === this.opened);
    }
    for (const row of free) row.remove();
    this.table.setAttribute("aria-rowcount", view.length + 1);
    const place = this.current === null ? -1 : this.store.indexOf(this.current);
    if (hasFocus && place >= 0) this.table.setAttribute("aria-activedescendant", `row-${place}`);
    else this.table.removeAttribute("aria-activedescendant");
  }
}

function newRow() {
  const cell = (name) => make("span", { role: "cell", class: name });
  const row = make("div", { class: "row", role: "row" });
  const link = make("a", { tabindex: "-1" });
  row.cells = {
    status: cell("status"), jid: cell("jid"), image: cell("image"), command: cell("command"),
    message: cell("message"), submitted: cell("submitted"), took: cell("took"),
  };
  row.link = link;
  row.word = make("span", { class: "mark" });
  row.cells.status.append(row.word);
  row.cells.jid.append(link);
  row.append(...Object.values(row.cells));
  return row;
}

function update(row, job) {
  row.job = job;
  row.version = job.version;
  row.dataset.status = job.status;
  const { cells } = row;
  setText(row.word, words[job.status] ?? clip(job.status, 20));
  setText(row.link, clip(job.jid, 200));
  setTitle(cells.jid, `${job.jid} on ${job.backend}`);
  row.link.setAttribute("href", linkTo(job));
  for (const name of ["image", "command", "message"]) {
    setText(cells[name], clip(job[name], 240));
    setTitle(cells[name], harmless(job[name]).slice(0, 2000));
  }
}

function tick(row, job) {
  const { submitted, took } = row.cells;
  setText(submitted, job.at ? ago(job.at) : "\u2013");
  if (row.titled !== job.at) {
    setTitle(submitted, job.at ? absolute(job.at) : "");
    row.titled = job.at;
  }
  const begin = time(job.started_at);
  const end = time(job.finished_at) ?? (isFinal(job.status) ? null : now());
  setText(took, begin === null || end === null ? "" : duration(end - begin));
}

export const linkTo = (job) => `#/jobs/${encodeURIComponent(job.backend)}/${encodeURIComponent(job.jid)}`;
