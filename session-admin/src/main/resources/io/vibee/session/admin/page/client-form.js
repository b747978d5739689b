// The form that adds a client or changes one.

import { call, CHANGED, sessionPath } from "./api.js";
import { byId, closeByButtons, notice, say } from "./dom.js";

const NAMES = ["user_id", "session_id", "api_id", "api_hash", "phone", "username"];
const OPTIONAL = ["phone", "username"];

const dialog = byId("client");
const form = dialog.querySelector("form");

/** The session as it was read, with its etag; null for a new one. */
let stored = null;
let afterSaving;

export function startClientForm(refresh) {
  afterSaving = refresh;
  closeByButtons(dialog);
  form.addEventListener("submit", save);
  dialog.addEventListener("close", () => form.reset());
}

export function addClient() {
  stored = null;
  open("Add client", "Required; stored encrypted and never shown");
}

/** Reads the session anew, so that the form starts from what is stored now. */
export async function changeClient({ user_id }) {
  try {
    stored = await read(user_id);
  } catch (problem) {
    say(problem.message);
    return;
  }
  open("Change client", "Left empty, the stored one stays");
  for (const name of NAMES) form.elements[name].value = valueOf(name);
}

async function read(userId) {
  const { body, etag } = await call("GET", sessionPath(userId));
  return { session: body, etag };
}

const valueOf = (name) => String(stored.session[name] ?? "");

function open(title, hashHint) {
  form.reset();
  clearMessages();
  byId("client-title").textContent = title;
  byId("client-save").textContent = stored ? "Save" : "Add client";
  byId("api_hash-hint").textContent = hashHint;
  byId("api_hash").required = stored === null;
  byId("user_id").readOnly = stored !== null;
  byId("user_id-hint").hidden = stored !== null;
  if (!dialog.open) dialog.showModal();
  byId(stored ? "session_id" : "user_id").focus();
}

async function save(event) {
  event.preventDefault();
  const button = byId("client-save");
  clearMessages();
  button.disabled = true;
  try {
    const how = stored ? { match: stored.etag } : { onlyNew: true };
    const { body } = await call("POST", "api/v1/sessions", { body: values(), ...how });
    say(`${stored ? "Saved" : "Added"} ${body.user_id}.`);
    dialog.close();
    afterSaving();
  } catch (problem) {
    await showProblem(problem);
  } finally {
    button.disabled = false;
  }
}

/** What was entered; of a stored session only what differs from it. */
function values() {
  const entered = { user_id: form.elements.user_id.value.trim() };
  for (const name of NAMES.slice(1)) {
    const text = form.elements[name].value.trim();
    if (text === (stored ? valueOf(name) : "")) continue;
    entered[name] = asValue(name, text);
  }
  return entered;
}

function asValue(name, text) {
  if (name === "api_id" && /^[0-9]{1,15}$/.test(text)) return Number(text);
  return text === "" && OPTIONAL.includes(name) ? null : text;
}

async function showProblem(problem) {
  if (problem.status === CHANGED && stored) {
    await showStoredNow();
  } else if (problem.status === CHANGED) {
    showError("user_id", "This user has a session already. Close this, and change that one.");
  } else {
    const known = problem.errors.filter(({ field }) => NAMES.includes(field));
    for (const { field, detail } of known) showError(field, detail);
    if (known.length === 0) notice(byId("client-notice"), `${problem.message} What you entered is kept.`);
  }
}

/** Somebody was faster: fields left alone follow, those that were edited are kept and compared. */
async function showStoredNow() {
  const before = Object.fromEntries(NAMES.map((name) => [name, valueOf(name)]));
  try {
    stored = await read(stored.session.user_id);
  } catch (problem) {
    notice(byId("client-notice"), problem.message);
    return;
  }
  for (const name of NAMES) {
    const input = form.elements[name];
    if (input.value === before[name]) input.value = valueOf(name);
    else if (valueOf(name) !== before[name]) showError(name, `Stored meanwhile: ${valueOf(name) || "nothing"}`);
  }
  notice(
    byId("client-notice"),
    "Somebody else changed this session meanwhile. Nothing was overwritten. Check the values, then save again.");
}

function showError(name, text) {
  byId(`${name}-error`).textContent = text;
  form.elements[name].setAttribute("aria-invalid", "true");
  form.querySelector("[aria-invalid=true]").focus();
}

function clearMessages() {
  notice(byId("client-notice"), "");
  for (const name of NAMES) {
    byId(`${name}-error`).textContent = "";
    form.elements[name].removeAttribute("aria-invalid");
  }
}
