// Dead letters: commands that were given up. Each can be submitted again or dropped.
import { deadPath, get, send } from "./api.js";
import { ask, say } from "./dialogs.js";
import { find, make } from "./dom.js";
import { linkTo } from "./list.js";
import { absolute, ago, clip, count, harmless, line, time } from "./text.js";

export class DeadLetters {
  constructor(onChange) {
    this.box = find("dead");
    this.letters = [];
    this.next = null;
    this.onChange = onChange;
    this.isKnown = false;
  }

  async load() {
    // What was unfolded stays unfolded.
    const wanted = Math.min(1000, Math.max(100, this.letters.length));
    try {
      const page = await get(`/api/v2/dead-letters?limit=${wanted}`);
      this.letters = page.dead_letters;
      this.next = page.next ?? null;
      this.isKnown = true;
      this.trouble = null;
    } catch (error) { this.trouble = error.message; }
    this.show();
  }

  async more() {
    try {
      const page = await get(`/api/v2/dead-letters?limit=100&cursor=${encodeURIComponent(this.next)}`);
      this.letters.push(...page.dead_letters);
      this.next = page.next ?? null;
    } catch (error) { say(error.message, true); }
    this.show();
  }

  show() {
    const had = this.box.contains(document.activeElement);
    this.box.replaceChildren(...(this.letters.length > 0 ? this.table() : [this.empty()]));
    if (had && !this.box.contains(document.activeElement)) this.box.focus({ preventScroll: true });
  }

  empty() {
    if (this.trouble) return make("p", { class: "empty" }, `They cannot be read: ${clip(this.trouble, 300)}`);
    if (!this.isKnown) return make("p", { class: "empty" }, "Asking for them\u2026");
    return make("p", { class: "empty" },
      "No dead letters. A job comes here when its command failed too often, or could not be read.");
  }

  table() {
    const heads = ["Job", "Backend", "Why", "When", ""];
    return [
      make("div", { class: "toolbar" },
        make("p", { class: "note" }, this.next === null ? count(this.letters.length, "dead letter", "dead letters") : `the newest ${this.letters.length}`),
        make("button", { type: "button", id: "replay-all", onclick: () => this.replayAll() }, "Replay all\u2026")),
      make("div", { class: "letters" }, make("table", { class: "large" },
        make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head || make("span", { class: "hidden" }, "What to do"))))),
        make("tbody", {}, this.letters.map((letter) => this.row(letter))))),
      this.next === null ? "" : make("button", { type: "button", onclick: () => this.more() }, "More"),
    ];
  }

  row(letter) {
    const at = time(letter.at);
    return make("tr", {},
      make("th", { scope: "row" }, make("a", { href: linkTo(letter), title: letter.jid }, clip(letter.jid, 80))),
      make("td", { "data-name": "Backend" }, letter.backend),
      make("td", { class: "why", title: harmless(letter.reason).slice(0, 2000) }, clip(letter.reason, 400)),
      make("td", { "data-name": "When", title: at === null ? "" : absolute(at) }, at === null ? "\u2013" : ago(at)),
      make("td", { class: "actions" },
        make("button", { type: "button", onclick: () => this.replay(letter) }, "Replay\u2026"),
        make("button", { type: "button", class: "quiet", onclick: () => this.drop(letter) }, "Drop\u2026")));
  }

  async act(question, work, done) {
    if ((await ask(question)) === null) return;
    try {
      const answer = await work();
      say(done(answer));
    } catch (error) { say(error.message, true); }
    await this.load();
    this.onChange();
  }

  replay(letter) {
    const name = line(letter.jid).slice(0, 200);
    return this.act(
      { title: "Submit it again?", text: `${name} is submitted again as it was, under the same id.`, yes: "Replay" },
      () => send("POST", `${deadPath(letter.backend, letter.jid)}/replay`), () => `${name} is submitted again`);
  }

  replayAll() {
    return this.act(
      { title: "Submit all of them again?", text: "Every dead letter is submitted again, those that are not shown as well.", yes: "Replay all" },
      () => send("POST", "/api/v2/dead-letters/replay"), ({ count: many }) => `${count(many, "job is", "jobs are")} submitted again`);
  }

  drop(letter) {
    const name = line(letter.jid).slice(0, 200);
    return this.act(
      { title: "Drop it?", text: `${name} goes off this list. The job stays as it ended.`, yes: "Drop", isDangerous: true },
      () => send("DELETE", deadPath(letter.backend, letter.jid)), () => `${name} is dropped`);
  }
}
