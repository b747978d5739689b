// The agents that share the sessions, where each session runs, and what an operator tells them.

import { call, sessionPath } from "./api.js";
import { byId, fromTemplate, notice, part, say, show, showAll } from "./dom.js";
import { ask } from "./question.js";
import { showTime } from "./time.js";

/** What an agent does, by what the API calls its state. */
const AGENT_STATES = {
  taking: ["ok", "Takes sessions"],
  cordoned: ["warn", "Takes no more"],
  draining: ["warn", "Lets go of all"],
};

/** Why a session does not run, by what the API calls it; what is inactive says so elsewhere. */
const SESSION_STATES = {
  orphaned: ["warn", "Waits for an agent"],
  free: ["warn", "Waits for an agent"],
  cooling: ["warn", "Waits for an agent"],
  quiet: ["warn", "Paused by Telegram"],
  quarantined: ["bad", "Quarantined"],
  elsewhere: ["off", "Outside the fleet"],
  stopped: ["bad", "Fleet is stopped"],
  no_agent: ["bad", "No agent"],
};

/** What somebody has to clear before an agent takes it. */
const CLEARABLE = ["quarantined", "quiet"];

let refresh;
let fleet = null;

/** Starts the panel of the agents; refresh reads the page again. */
export function startFleet(afterwards) {
  refresh = afterwards;
  byId("fleet-switch").addEventListener("click", () => attempt(fleet.stopped ? resume : stop));
}

/** Shows the agents, or nothing if there is no fleet. */
export function showFleet(shown = null) {
  fleet = shown;
  byId("fleet").hidden = fleet === null;
  byId("session-table").classList.toggle("in-fleet", fleet !== null);
  if (fleet === null) return;
  const { agents } = fleet;
  const running = agents.reduce((sum, agent) => sum + agent.running, 0);
  const many = `${agents.length} ${agents.length === 1 ? "agent" : "agents"}`;
  byId("fleet-summary").textContent = `${many}, ${running} ${running === 1 ? "session runs" : "sessions run"}`;
  byId("fleet-switch").textContent = fleet.stopped ? "Resume the fleet" : "Stop the fleet";
  byId("fleet-stopped").hidden = !fleet.stopped;
  show(byId("fleet-reason"), fleet.reason ?? "");
  showAll(byId("agents"), agents, (agent) => agent.agent_id, newAgent, showAgent);
  notice(byId("no-agents"), agents.length === 0 ? "No agent is there: no session runs." : "");
}

function newAgent() {
  const item = fromTemplate("agent");
  const does = { drain, cordon, uncordon };
  for (const button of item.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => attempt(() => does[button.dataset.do](item.agent)));
  }
  return item;
}

function showAgent(item, agent) {
  item.agent = agent;
  show(part(item, "name"), agent.name);
  show(part(item, "address"), agent.address ?? "");
  const [kind, words] = agent.is_silent ? ["bad", "Silent"] : AGENT_STATES[agent.state] ?? ["off", agent.state];
  showBadge(part(item, "state"), kind, words);
  part(item, "load").textContent =
    `${agent.running} of ${agent.held} run, room for ${agent.capacity}, generation ${agent.generation}`;
  showTime(part(item, "seen_at"), agent.seen_at);
  const taking = agent.state === "taking";
  for (const button of item.querySelectorAll("[data-do]")) {
    const useful = { drain: agent.state !== "draining", cordon: taking, uncordon: !taking };
    button.hidden = !useful[button.dataset.do];
    button.setAttribute("aria-label", `${button.textContent}: ${agent.name}`);
  }
}

function showBadge(target, kind, words) {
  target.className = `badge ${kind}`;
  target.textContent = words;
}

/** Shows where a session runs, or why it does not, in the parts of its row. */
export function showHolding(row, holding) {
  const held = holding?.state === "held";
  const [kind, words] = held ? ["bad", "Agent is silent"] : SESSION_STATES[holding?.state] ?? [];
  const badge = part(row, "holding");
  badge.hidden = !words || (held && holding.runs);
  if (!badge.hidden) showBadge(badge, kind, words);
  show(part(row, "agent"), held ? holding.agent : badge.hidden ? "–" : "");
  show(part(row, "reason"), held ? "" : holding?.reason ?? "");
  row.querySelector("[data-do=clear]").hidden = !CLEARABLE.includes(holding?.state);
}

/** Shows it in a dialog, with what can be done about it. */
export function showHoldingDetails(session) {
  const { holding } = session;
  byId("details-fleet").hidden = !holding || fleet === null;
  if (byId("details-fleet").hidden) return;
  show(byId("details-where"), asSentence(holding.explanation));
  byId("details-clear").hidden = !CLEARABLE.includes(holding.state);
  const others = fleet.agents.filter((agent) => agent.agent_id !== holding.agent_id && agent.state === "taking");
  byId("details-move").hidden = others.length === 0 || !session.is_active;
  const chosen = byId("move-to");
  const before = chosen.value;
  chosen.replaceChildren(
    ...others.map((agent) => {
      const option = document.createElement("option");
      option.value = agent.agent_id;
      show(option, agent.name);
      return option;
    }));
  if (others.some((agent) => String(agent.agent_id) === before)) chosen.value = before;
}

const asSentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Lets a session run again; resolves to where it is then, or to null if nobody wants that. */
export async function clear(session) {
  const sure = await ask({
    title: "Let it run again?",
    text: "Remove the cause first: a session that Telegram refuses is soon in quarantine again.",
    yes: "Let it run",
  });
  if (!sure) return null;
  const { body } = await call("POST", `${sessionPath(session.session_id)}/clear`);
  say(`${session.user_id} may run again.`);
  refresh();
  return body;
}

/** Asks a session's holder to leave it to another agent. */
export async function move(session, agentId) {
  const { body } = await call("POST", `${sessionPath(session.session_id)}/move`, { body: { agent_id: agentId } });
  say(`${session.user_id} moves.`);
  refresh();
  return body;
}

/** Does what somebody asked for, and says what went wrong. */
export async function attempt(work) {
  try {
    return await work();
  } catch (problem) {
    say(problem.message);
    return null;
  }
}

const agentPath = (agent, verb) => `api/v1/fleet/agents/${agent.agent_id}/${verb}`;

async function drain(agent) {
  const sure = await ask({
    title: "Let go of all sessions?",
    text: `${agent.held} sessions are closed, and started by other agents that have room.`,
    yes: "Drain",
  });
  if (sure) await tell(agent, "drain", "lets go of all");
}

const cordon = (agent) => tell(agent, "cordon", "takes no more");

const uncordon = (agent) => tell(agent, "uncordon", "takes sessions again");

async function tell(agent, verb, said) {
  await call("POST", agentPath(agent, verb));
  say(`${agent.name} ${said}.`);
  refresh();
}

async function stop() {
  const reason = await ask({
    title: "Stop the fleet?",
    text: "Nothing more is started, on any agent, until somebody resumes it. What runs goes on.",
    field: "Why",
    yes: "Stop the fleet",
  });
  if (!reason) return;
  await call("POST", "api/v1/fleet/stop", { body: { reason } });
  say("The fleet is stopped.");
  refresh();
}

async function resume() {
  await call("POST", "api/v1/fleet/resume");
  say("The fleet goes on.");
  refresh();
}
