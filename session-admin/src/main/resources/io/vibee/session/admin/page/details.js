// One session with all its values and its activity.

import { ActivityList } from "./activity.js";
import { call, sessionPath } from "./api.js";
import { byId, closeByButtons, element, notice, show } from "./dom.js";
import { showStates } from "./sessions.js";
import { showTime } from "./time.js";

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
  ["Last seen", "last_seen_at"],
  ["Added", "created_at"],
  ["Changed", "updated_at"],
];

export function startDetails() {
  closeByButtons(dialog);
}

export async function showDetails(session) {
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
  byId("details-values").replaceChildren(
    ...VALUES.flatMap(([label, name]) => [element("dt", {}, label), valueOf(name, session[name])]));
}

function valueOf(name, value) {
  const shown = element("dd");
  if (name.endsWith("_at")) {
    const time = element("time");
    showTime(time, value);
    shown.append(time);
  } else {
    const text = element("bdi");
    show(text, asText(value));
    shown.append(text);
  }
  return shown;
}

function asText(value) {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return value.map(asText).join(", ") || "–";
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "–");
}
