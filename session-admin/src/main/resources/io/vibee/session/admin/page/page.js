// The page at the root of the admin API: it reads what the API tells, and shows it.

import { startActivation, switchActivation } from "./activation.js";
import { ActivityList } from "./activity.js";
import { call, hasToken, onTokenNeeded, requireDatabase } from "./api.js";
import { showChart } from "./chart.js";
import { addClient, changeClient, startClientForm } from "./client-form.js";
import { showDetails, startDetails } from "./details.js";
import { byId } from "./dom.js";
import { attempt, clear, showFleet, startFleet } from "./fleet.js";
import { refresh, startLive } from "./live.js";
import { readSessions, showSessions, startSessions } from "./sessions.js";
import { askForToken } from "./sign-in.js";

const recent = new ActivityList({ list: "activity-entries", nothing: "no-activity", more: "more-activity" });

async function readAndShow(signal) {
  await requireDatabase(signal);
  const [stats, sessions, activity] = await Promise.all([
    call("GET", "api/v1/stats?hours=24", { signal }),
    readSessions(signal),
    recent.read("api/v1/activity", signal),
  ]);
  if (signal.aborted) return;
  const counts = stats.body.sessions;
  showCounts(counts);
  showChart(stats.body.activity);
  showFleet(sessions.fleet);
  showSessions(sessions, counts.active + counts.inactive);
  recent.show(activity);
  byId("first-curl").textContent = curl();
}

function showCounts(counts) {
  const shown = { ...counts, all: counts.active + counts.inactive };
  for (const name of ["authorized", "unauthorized", "unreadable", "inactive"]) {
    byId(`count-${name}`).textContent = shown[name] ?? "–";
  }
  byId("unreadable").classList.toggle("bad", counts.unreadable > 0);
  for (const name of ["active", "inactive", "all"]) byId(`total-${name}`).textContent = shown[name];
}

/** The first step of the quick start, for the address at which this page is. */
function curl() {
  const authorization = hasToken() ? '  -H "Authorization: Bearer $VIBEE_API_KEY" \\\n' : "";
  return `curl -X POST ${new URL("api/v1/sessions", document.baseURI).href} -H "Content-Type: application/json" \\
${authorization}  -d '{"user_id":"123456789","session_id":"sess_new_client","api_id":94892,"api_hash":"client_api_hash","phone":"+10005550123"}'`;
}

onTokenNeeded(askForToken);
const does = {
  details: showDetails,
  change: changeClient,
  switch: switchActivation,
  clear: (session) => attempt(() => clear(session)),
};
startSessions(does, refresh);
startFleet(refresh);
startClientForm(refresh);
startActivation(refresh);
startDetails();
for (const id of ["add", "add-first"]) byId(id).addEventListener("click", addClient);
startLive(readAndShow);
