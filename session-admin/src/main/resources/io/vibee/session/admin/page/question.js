// Asks before something that hurts is done.

import { byId, closeByButtons } from "./dom.js";

const dialog = byId("question");
const answer = byId("question-answer");
let answered = () => {};

closeByButtons(dialog);
dialog.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const given = answer.hidden ? true : byId("question-field").value.trim();
  if (!given) return;
  answered(given);
  dialog.close();
});
dialog.addEventListener("close", () => {
  // It comes some time after the dialog was closed, when the next question may be open.
  if (!dialog.open) answered(null);
});

/**
 * Resolves to true, or to what was entered where a field is asked for; to null if nobody wants it.
 */
export function ask({ title, text, yes, field = null }) {
  answered(null);
  byId("question-title").textContent = title;
  byId("question-text").textContent = text;
  byId("question-yes").textContent = yes;
  answer.hidden = field === null;
  byId("question-label").textContent = field ?? "";
  byId("question-field").value = "";
  byId("question-field").disabled = field === null;
  return new Promise((resolve) => {
    answered = resolve;
    dialog.showModal();
  });
}
