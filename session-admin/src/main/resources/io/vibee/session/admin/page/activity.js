// Entries of the activity log, newest first: of all sessions, or of one.

import { call } from "./api.js";
import { byId, fromTemplate, part, say, show, showAll } from "./dom.js";
import { showTime } from "./time.js";

const PAGE = 20;

/** Entries that concern every session name this one. */
const ALL_SESSIONS = "*";

/** What the chart counts as errors. */
const FAILURES = ["error", "tampering_detected"];

/** A list of entries that can be read on; its elements have ids that begin alike. */
export class ActivityList {
  #entries = [];
  #next = null;
  #path;
  #list;
  #nothing;
  #more;

  constructor({ list, nothing, more }) {
    this.#list = byId(list);
    this.#nothing = byId(nothing);
    this.#more = byId(more);
    this.#more.addEventListener("click", () => this.#readOn());
  }

  /** The newest entries; what was read on from there is kept when they join on to it. */
  async read(path, signal) {
    const { body } = await call("GET", `${path}?limit=${PAGE}`, { signal });
    return { ...body, path };
  }

  show({ path, activity, next }) {
    const oldest = activity.at(-1)?.id ?? 0;
    const known = path === this.#path && this.#entries.some((entry) => entry.id >= oldest);
    const older = known ? this.#entries.filter((entry) => entry.id < oldest) : [];
    this.#path = path;
    this.#entries = [...activity, ...older];
    if (older.length === 0) this.#next = next;
    this.#render();
  }

  clear() {
    this.#path = null;
    this.#entries = [];
    this.#next = null;
    this.#render();
    this.#nothing.hidden = true;
  }

  async #readOn() {
    this.#more.disabled = true;
    try {
      const path = this.#path;
      const { body } = await call("GET", `${path}?limit=${PAGE}&before=${this.#next}`);
      if (path !== this.#path) return;
      const first = this.#entries.length;
      this.#entries.push(...body.activity);
      this.#next = body.next;
      this.#render();
      this.#list.children[first]?.scrollIntoView({ block: "nearest" });
      say(body.activity.length > 0 ? `${body.activity.length} more entries shown.` : "There are no more.");
    } catch (problem) {
      say(problem.message);
    } finally {
      this.#more.disabled = false;
    }
  }

  #render() {
    showAll(this.#list, this.#entries, (entry) => entry.id, () => fromTemplate("entry"), showEntry);
    this.#nothing.hidden = this.#entries.length > 0;
    this.#more.hidden = this.#next === null;
  }
}

function showEntry(item, entry) {
  item.classList.toggle("failure", FAILURES.includes(entry.activity_type));
  show(part(item, "type"), words(entry.activity_type));
  show(part(item, "whose"), entry.session_id === ALL_SESSIONS ? "all sessions" : entry.session_id);
  show(part(item, "details"), told(entry.details));
  showTime(part(item, "created_at"), entry.created_at);
}

function told(details) {
  return Object.entries(details ?? {})
    .map(([name, value]) => `${words(name)}: ${asText(value)}`)
    .join(" · ");
}

function asText(value) {
  if (Array.isArray(value)) return value.map(asText).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

const words = (name) => name.replaceAll("_", " ");
