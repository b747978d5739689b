// Deactivates a session after asking, and activates one again.

import { call, CHANGED, GONE, sessionPath } from "./api.js";
import { byId, closeByButtons, notice, say, show } from "./dom.js";

const dialog = byId("confirm");
let session;
let etag;
let afterwards;

export function startActivation(refresh) {
  afterwards = refresh;
  closeByButtons(dialog);
  dialog.querySelector("form").addEventListener("submit", deactivate);
}

/** Deactivates an active session once that is confirmed, and activates an inactive one. */
export async function switchActivation(chosen) {
  try {
    if (chosen.is_active) await ask(chosen.user_id, "");
    else await activate(chosen);
  } catch (problem) {
    say(problem.message);
  }
}

/** Asks about the session as it is now, since its row on the page may be older. */
async function ask(userId, said) {
  ({ body: session, etag } = await call("GET", sessionPath(userId)));
  show(byId("confirm-session"), `${session.session_id} of user ${session.user_id}`);
  notice(byId("confirm-notice"), said);
  if (!dialog.open) dialog.showModal();
}

async function deactivate(event) {
  event.preventDefault();
  const button = event.submitter;
  button.disabled = true;
  try {
    await call("DELETE", sessionPath(session.session_id), { match: etag });
    dialog.close();
    say(`Deactivated ${session.user_id}.`);
    afterwards();
  } catch (problem) {
    await showProblem(problem);
  } finally {
    button.disabled = false;
  }
}

async function showProblem(problem) {
  try {
    // The session of that id is gone; its user may have another.
    if (problem.status !== CHANGED && problem.status !== GONE) throw problem;
    await ask(session.user_id, "Somebody else changed this session meanwhile. Deactivate it anyway?");
  } catch (last) {
    notice(byId("confirm-notice"), last.message);
  }
}

async function activate({ session_id, user_id }) {
  await call("POST", `${sessionPath(session_id)}/activate`);
  say(`Activated ${user_id}.`);
  afterwards();
}
