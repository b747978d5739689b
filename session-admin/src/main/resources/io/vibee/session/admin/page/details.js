// One session with all its values and its activity.

import { ActivityList } from "./activity.js";
import { call, sessionPath } from "./api.js";
import { byId, closeByButtons, element, notice, show } from "./dom.js";
import { clear, move, showHoldingDetails } from "./fleet.js";
import { showStates } from "./sessions.js";
import { isNow, showTime } from "./time.js";

const dialog = byId("details");
const activity = new ActivityList({ list: "details-entries", nothing: "details-nothing", more: "details-more" });

/** The values, and how each is shown. */
const VALUES = [
  ["Session id", "session_id"],
  ["API id", "api_id"],
  ["Phone", "phone"],
  ["Username", "username"],
  ["Digital twin", "digital_twin_enabled"],
  ["Automatic replies", "auto_reply_enabled"],
  ["Chats", "target_chats"],
  ["Readable", "readable"],
  ["Last seen", "last_seen_at"],
  ["Added", "created_at"],
  ["Changed", "updated_at"],
];

/** Why a session cannot be read, by what the API calls it. */
const PROBLEMS = {
  not_decryptable: "Its API hash cannot be decrypted: it is damaged, or was encrypted with another key.",
  key_missing: "The key of its API hash is missing: restore the key, or enter the hash again.",
  not_sealed: "Its API hash is not encrypted as it must be.",
  tampered: "Its API hash was changed, rolled back or copied from elsewhere: find out who wrote it.",
  invalid_values: "One of its values is not allowed.",
};

let shown;

export function startDetails() {
  closeByButtons(dialog);
  byId("details-clear").addEventListener("click", () => change(() => clear(shown)));
  byId("details-move").addEventListener("submit", (event) => {
    event.preventDefault();
    change(() => move(shown, Number(byId("move-to").value)));
  });
}

/** Changes where the session runs, and shows what came of it. */
async function change(work) {
  notice(byId("details-error"), "");
  const { user_id } = shown;
  try {
    const holding = await work();
    if (holding === null || shown.user_id !== user_id) return;
    shown = { ...shown, holding };
    showHoldingDetails(shown);
  } catch (problem) {
    notice(byId("details-error"), problem.message);
  }
}

export async function showDetails(session) {
  shown = session;
  showHoldingDetails(session);
  showValues(session);
  activity.clear();
  notice(byId("details-error"), "");
  dialog.showModal();
  try {
    const [read, entries] = await Promise.all([
      call("GET", sessionPath(session.user_id)),
      activity.read(`${sessionPath(session.session_id)}/activity`),
    ]);
    showValues(read.body);
    activity.show(entries);
  } catch (problem) {
    notice(byId("details-error"), problem.message);
  }
}

function showValues(session) {
  show(byId("details-title"), session.user_id);
  showStates(byId("details-states"), session);
  notice(byId("details-warning"), warningOf(session));
  byId("details-values").replaceChildren(
    ...VALUES.flatMap(([label, name]) => [element("dt", {}, label), valueOf(name, session[name])]));
}

function warningOf(session) {
  const warnings = [];
  if (session.readable === false) warnings.push(`No agent can load it. ${PROBLEMS[session.problem] ?? ""}`);
  if (session.seen_since_deactivated) {
    warnings.push(isNow(session.last_seen_at)
      ? "An agent still holds it, although it was deactivated: restart that agent."
      : "An agent held it for a while after it was deactivated, until it was last seen.");
  }
  return warnings.join(" ");
}

function valueOf(name, value) {
  const shown = element("dd");
  if (name.endsWith("_at")) {
    const time = element("time");
    showTime(time, value);
    shown.append(time);
  } else {
    const text = element("bdi");
    show(text, name === "readable" ? readable(value) : asText(value));
    shown.append(text);
  }
  return shown;
}

function readable(value) {
  if (value === null) return "not known yet";
  return value ? "yes" : "no";
}

function asText(value) {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return value.map(asText).join(", ") || "–";
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "–");
}
