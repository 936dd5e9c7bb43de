// Questions, and the list of keys.
import { find, make } from "./dom.js";

/**
 * Asks in a dialog.
 * @param field {label, placeholder, maximum}: a line to fill in
 * @returns the line (empty without a field), or null when the answer is no
 */
export function ask({ title, text, yes, isDangerous = false, field = null }) {
  const dialog = find("ask");
  return new Promise((resolve) => {
    let answer = null;
    const input = field ? make("input", {
      id: "ask-field", type: "text", maxlength: String(field.maximum), autocomplete: "off",
      placeholder: field.placeholder ?? "",
    }) : null;
    const accept = () => { answer = input?.value.trim() ?? ""; dialog.close(); };
    dialog.replaceChildren(
      make("h2", { id: "ask-title" }, title), make("p", {}, text),
      input ? make("label", { for: "ask-field" }, field.label) : "", input ?? "",
      make("div", { class: "buttons" },
        make("button", { type: "button", onclick: () => dialog.close() }, "No"),
        make("button", { id: "ask-yes", type: "button", class: isDangerous ? "danger" : "primary", onclick: accept }, yes)));
    input?.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); accept(); } });
    dialog.addEventListener("close", () => { dialog.replaceChildren(); resolve(answer); }, { once: true });
    dialog.showModal();
    (input ?? find("ask-yes")).focus();
  });
}

const keys = [
  ["/", "search"], ["j  k  \u2193  \u2191", "next and previous job"], ["Enter", "open the job"],
  ["Esc", "close what is open; clear the search"], ["c", "cancel the open job"], ["l", "to the open job's output"],
  ["g j", "jobs"], ["g d", "dead letters"], ["Home  End", "first and last job"], ["?", "this list"],
];

export function showHelp() {
  const dialog = find("help");
  if (dialog.open) return;
  dialog.replaceChildren(
    make("h2", { id: "help-title" }, "Keys"),
    make("dl", { class: "keys" }, keys.flatMap(([key, what]) => [
      make("dt", {}, key.split("  ").map((one) => make("kbd", {}, one))), make("dd", {}, what),
    ])),
    make("div", { class: "buttons" }, make("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "Close")));
  dialog.showModal();
}

/** Says in the corner what came of an action, and to a screen reader. */
export function say(text, isBad = false) {
  const place = find("said");
  const note = make("p", { class: isBad ? "bad" : "" }, text);
  place.replaceChildren(note);
  setTimeout(() => note.remove(), isBad ? 12000 : 6000);
}
