// The keys of the page.
import { showHelp } from "./dialogs.js";
import { find } from "./dom.js";

export function listen({ list, panel, filters, close, cancel }) {
  let afterG = 0;
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    // A dialog has its own keys.
    if (document.querySelector("dialog[open]")) return;
    const { key, target } = event;
    const writes = target.matches("input, select, textarea");
    if (key === "Escape") return escape(event, writes);
    if (writes) {
      if (target.id === "search" && (key === "Enter" || key === "ArrowDown")) {
        event.preventDefault();
        filters.changed();
        toList();
        list.move(0);
      }
      return;
    }
    const isOnJobs = !find("jobs").hidden;
    const isInPanel = find("job").contains(target);
    const isControl = target.matches("button, a, summary, .output");
    const wasG = performance.now() - afterG < 1500;
    afterG = 0;
    const act = {
      "/": toSearch,
      "?": showHelp,
      g: () => { afterG = performance.now(); },
      ...(wasG ? { j: toJobs, d: () => { location.hash = "#/dead-letters"; } } : null),
      ...(!wasG && isOnJobs ? { j: () => step(1), k: () => step(-1) } : null),
      ...(isOnJobs && !isInPanel ? {
        ArrowDown: () => step(1), ArrowUp: () => step(-1), Home: () => step(-Infinity), End: () => step(Infinity),
      } : null),
      ...(isOnJobs && !isControl && !isInPanel ? { Enter: () => list.openCurrent() } : null),
      ...(panel.isOpen ? { c: cancel, l: () => find("job").querySelector(".output")?.focus() } : null),
    }[key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  function toJobs() {
    if (find("jobs").hidden) addEventListener("hashchange", toList, { once: true });
    else toList();
    location.hash = "#/jobs";
  }

  function toSearch() {
    if (find("jobs").hidden) {
      addEventListener("hashchange", toSearch, { once: true });
      location.hash = "#/jobs";
    }
    find("search").focus();
    find("search").select();
  }

  function toList() {
    find("table").focus({ preventScroll: true });
  }

  /** Next job; with a job open the next one is opened. */
  function step(steps) {
    if (panel.isOpen) {
      list.move(steps);
      list.openCurrent();
    } else {
      toList();
      list.move(steps);
    }
  }

  function escape(event, writes) {
    if (panel.isOpen && !writes) close();
    else if (writes && find("search").value !== "") { find("search").value = ""; filters.changed(); }
    else if (writes) toList();
    else if (filters.query.size > 0) filters.clear();
    else return;
    event.preventDefault();
  }
}
