// The form that adds a session or changes one.

import { call, CHANGED, sessionPath } from "./api.js";
import { byId, closeByButtons, notice, say } from "./dom.js";

/** How the form holds each value: as a text, beside what a new session has. */
const FIELDS = {
  user_id: "",
  session_id: "",
  api_id: "",
  api_hash: "",
  phone: "",
  username: "",
  target_chats: "",
  digital_twin_enabled: "off",
  auto_reply_enabled: "on",
};
const NAMES = Object.keys(FIELDS);
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
  open("Add session", "Required; stored encrypted and never shown");
}

/** Reads the session again, so that the form starts from what is stored now. */
export async function changeClient({ user_id }) {
  try {
    stored = await read(user_id);
  } catch (problem) {
    say(problem.message);
    return;
  }
  open("Change session", "Leave empty to keep the stored one");
}

async function read(userId) {
  const { body, etag } = await call("GET", sessionPath(userId));
  return { session: body, etag };
}

/** What the form held if nobody had touched it. */
function untouched(name) {
  const value = stored?.session[name];
  if (!stored) return FIELDS[name];
  if (typeof value === "boolean") return value ? "on" : "off";
  return Array.isArray(value) ? value.map(asLine).join("\n") : String(value ?? "");
}

/** The agent takes a number or an object from its text, too. */
const asLine = (chat) => (typeof chat === "object" ? JSON.stringify(chat) : String(chat));

/** Whether lines can hold the chats: no text of several lines, no number that JavaScript rounds. */
const fitLines = (chats) =>
  chats.every((chat) =>
    isExact(chat) && asLine(chat).trim() === asLine(chat) && !/^$|[\n\r]/.test(asLine(chat)));

const isExact = (value) => typeof value === "number"
  ? Number.isSafeInteger(value)
  : value === null || typeof value !== "object" || Object.values(value).every(isExact);

function entered(name) {
  const input = form.elements[name];
  return input.type === "checkbox" ? (input.checked ? "on" : "off") : input.value.trim();
}

function enter(name, text) {
  const input = form.elements[name];
  if (input.type === "checkbox") input.checked = text === "on";
  else input.value = text;
}

function open(title, hashHint) {
  form.reset();
  clearMessages();
  for (const name of NAMES) enter(name, untouched(name));
  byId("client-title").textContent = title;
  byId("client-save").textContent = stored ? "Save" : "Add session";
  byId("api_hash-hint").textContent = hashHint;
  byId("api_hash").required = stored === null;
  byId("user_id").readOnly = stored !== null;
  byId("user_id-hint").hidden = stored !== null;
  const editable = stored === null || fitLines(stored.session.target_chats);
  byId("target_chats").readOnly = !editable;
  byId("target_chats-hint").textContent = editable
    ? "One per line: a number, a name, or a JSON object"
    : "These cannot be written line by line: change them by the API";
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

/** What was entered, as far as it differs from what is there without it. */
function values() {
  const sent = { user_id: entered("user_id") };
  for (const name of NAMES.slice(1)) {
    const text = entered(name);
    if (text !== untouched(name).trim()) sent[name] = asValue(name, text);
  }
  return sent;
}

function asValue(name, text) {
  if (form.elements[name].type === "checkbox") return text === "on";
  if (name === "target_chats") return text.split("\n").map((line) => line.trim()).filter(Boolean);
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
  const before = Object.fromEntries(NAMES.map((name) => [name, untouched(name)]));
  try {
    stored = await read(stored.session.user_id);
  } catch (problem) {
    notice(byId("client-notice"), problem.message);
    return;
  }
  for (const name of NAMES) {
    const now = untouched(name);
    if (entered(name) === before[name].trim()) enter(name, now);
    else if (now !== before[name]) showError(name, `Stored meanwhile: ${now.replaceAll("\n", ", ") || "nothing"}`);
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
