// What of the list is shown: the search field, the statuses, backend and engine; kept in the page's address.
import { fill, find, make, setText } from "./dom.js";
import { clip, number, words } from "./text.js";

export class Filters {
  constructor(onChange) {
    this.onChange = onChange;
    this.statuses = new Set();
    this.search = find("search");
    this.backend = find("backend");
    this.engine = find("engine");
    this.chips = new Map();
    for (const [status, word] of Object.entries(words)) {
      const count = make("span", { class: "count" });
      const chip = make("button", {
        type: "button", class: "chip", "aria-pressed": "false", "data-status": status,
        onclick: () => { this.toggle(status); this.changed(); },
      }, make("span", { class: "mark" }, word), count);
      chip.count = count;
      this.chips.set(status, chip);
      find("statuses").append(chip);
    }
    this.search.addEventListener("input", () => {
      clearTimeout(this.pause);
      this.pause = setTimeout(() => this.changed(), 120);
    });
    this.backend.addEventListener("change", () => this.changed());
    this.engine.addEventListener("change", () => this.changed());
    find("clear").addEventListener("click", () => { this.clear(); this.search.focus(); });
    this.offer([], []);
  }

  toggle(status, on = !this.statuses.has(status)) {
    if (on) this.statuses.add(status);
    else this.statuses.delete(status);
    this.chips.get(status)?.setAttribute("aria-pressed", String(on));
  }

  clear() {
    this.take("");
    this.changed();
  }

  changed() {
    clearTimeout(this.pause);
    find("clear").hidden = this.query.size === 0;
    this.onChange(this.value);
  }

  get value() {
    return {
      statuses: new Set(this.statuses), backend: this.backend.value, engine: this.engine.value,
      search: this.search.value.trim(),
    };
  }

  /** As the API takes it, and as it stands in the address. */
  get query() {
    const { statuses, backend, engine, search } = this.value;
    const query = new URLSearchParams();
    if (search) query.set("search", search);
    if (statuses.size > 0) query.set("status", [...statuses].join(","));
    if (backend) query.set("backend", backend);
    if (engine) query.set("engine", engine);
    return query;
  }

  /** Takes over what an address says. */
  take(text) {
    const query = new URLSearchParams(text);
    this.search.value = query.get("search") ?? "";
    const statuses = (query.get("status") ?? "").split(",");
    for (const status of this.chips.keys()) this.toggle(status, statuses.includes(status));
    for (const [select, name] of [[this.backend, "backend"], [this.engine, "engine"]]) {
      const value = query.get(name) ?? "";
      if (value && ![...select.options].some((option) => option.value === value)) select.append(choice(value));
      select.value = value;
    }
    find("clear").hidden = this.query.size === 0;
  }

  /** What there is to choose from. */
  offer(backends, engines) {
    for (const [select, all, values] of [
      [this.backend, "every backend", backends], [this.engine, "every engine", engines],
    ]) {
      const chosen = select.value;
      const offered = [...new Set(chosen ? [...values, chosen] : values)].sort();
      fill(select, offered, () => [make("option", { value: "" }, all), ...offered.map(choice)]);
      select.value = chosen;
    }
  }

  showCounts(counts) {
    for (const [status, chip] of this.chips) {
      setText(chip.count, number(counts.get(status) ?? 0));
      chip.hidden = status === "undefined" && !counts.get(status) && !this.statuses.has(status);
    }
  }
}

const choice = (value) => make("option", { value }, clip(value, 40));
