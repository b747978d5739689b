// The table of sessions.

import { call } from "./api.js";
import { byId, element, fromTemplate, notice, part, say, show, showAll } from "./dom.js";
import { showHolding } from "./fleet.js";
import { isNow, showTime } from "./time.js";

const PAGE = 100;
const MOST_AT_ONCE = 1000;

let shown = [];
let next = null;
let actions;

/** Starts the table; does has what its buttons do: details, change, switch, clear. */
export function startSessions(does, refresh) {
  actions = does;
  byId("more-sessions").addEventListener("click", more);
  for (const choice of document.querySelectorAll("[name=show]")) {
    choice.addEventListener("change", () => {
      shown = [];
      refresh();
    });
  }
}

const chosen = () => document.querySelector("[name=show]:checked").value;

/** Reads as many sessions as are shown now, and at least a page of them. */
export async function readSessions(signal) {
  const wanted = Math.max(shown.length, PAGE);
  const read = [];
  let after = null;
  let fleet;
  do {
    const page = await readPage(after, Math.min(wanted - read.length, MOST_AT_ONCE), signal);
    read.push(...page.sessions);
    after = page.next;
    fleet = page.fleet;
  } while (after && read.length < wanted);
  return { sessions: read, next: after, fleet };
}

async function readPage(after, limit, signal) {
  const query = new URLSearchParams({ active: chosen(), limit, fleet: true });
  if (after) query.set("after", after);
  const page = (await call("GET", `api/v1/sessions?${query}`, { signal })).body;
  const holdings = new Map(page.holdings?.map((holding) => [holding.session_id, holding]));
  for (const session of page.sessions) session.holding = holdings.get(session.session_id);
  return page;
}

export function showSessions({ sessions, next }, stored) {
  showRows(sessions, next);
  byId("session-table").hidden = shown.length === 0;
  byId("first-step").hidden = stored > 0;
  const lacking = shown.length === 0 && stored > 0;
  notice(byId("none-shown"), lacking ? `No ${chosen() === "true" ? "active" : "inactive"} session.` : "");
}

function showRows(sessions, after) {
  shown = sessions;
  next = after;
  showAll(byId("session-rows"), shown, (session) => session.user_id, newRow, showRow);
  byId("more-sessions").hidden = next === null;
}

async function more() {
  const button = byId("more-sessions");
  button.disabled = true;
  try {
    const page = await readPage(next, PAGE);
    const known = new Set(shown.map((session) => session.user_id));
    const added = page.sessions.filter((session) => !known.has(session.user_id));
    showRows([...shown, ...added], page.next);
    say(added.length > 0 ? `${added.length} more shown, ${shown.length} in all.` : "There are no more.");
    byId("session-rows").children[shown.length - added.length]?.querySelector("button").focus();
  } catch (problem) {
    say(problem.message);
  } finally {
    button.disabled = false;
  }
}

function newRow() {
  const row = fromTemplate("session-row");
  for (const button of row.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => actions[button.dataset.do](row.session));
  }
  return row;
}

function showRow(row, session) {
  row.session = session;
  row.classList.toggle("inactive", !session.is_active);
  for (const name of ["user_id", "session_id", "username", "phone"]) {
    show(part(row, name), session[name] ?? (name === "phone" ? "–" : ""));
  }
  showTime(part(row, "last_seen_at"), session.last_seen_at);
  showStates(part(row, "states"), session);
  showHolding(row, session.holding);
  for (const button of row.querySelectorAll("td button")) {
    if (button.dataset.do === "switch") button.textContent = session.is_active ? "Deactivate" : "Activate";
    button.setAttribute("aria-label", `${button.textContent} ${session.user_id}`);
  }
}

/** Whether agents load it and can, and whether its account is logged in. */
export function showStates(target, session) {
  const badges = [];
  if (!session.is_active) badges.push(badge("off", "Inactive"));
  if (session.seen_since_deactivated && isNow(session.last_seen_at)) badges.push(badge("bad", "Still in use"));
  if (session.readable === false) badges.push(badge("bad", "Unreadable"));
  else badges.push(session.is_authorized ? badge("ok", "Authorized") : badge("warn", "Not authorized"));
  target.replaceChildren(...badges);
}

const badge = (kind, text) => element("span", { className: `badge ${kind}` }, text);
