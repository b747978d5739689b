// The REST API. All addresses are relative, so that an agent may mount it below any path.

import { setClockBy } from "./time.js";

/** What went wrong, in a sentence for people; errors has one more for each field at fault. */
export class Problem extends Error {
  constructor(status, sentence, errors = []) {
    super(sentence);
    this.status = status;
    this.errors = errors.map(({ field, detail }) => ({ field, detail: asSentence(detail) }));
  }
}

/** The agent's sentences have no capital and no full stop. */
function asSentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1) + (text.endsWith(".") ? "" : ".");
}

/** The agent gave no answer. */
export const UNREACHABLE = 0;
/** There is no such row any more. */
export const GONE = 404;
/** The row is not what was read, or is there already. */
export const CHANGED = 412;

const GIVES_UP_AFTER_MS = 15_000;

/** Kept in this variable and nowhere else. */
let token = null;
/** The question for a token, while it is being asked: it is asked once, however many wait. */
let signingIn = null;
let askForToken = async () => "";

/** How to ask for a token: it is given what to say beside the question. */
export function onTokenNeeded(ask) {
  askForToken = ask;
}

export const hasToken = () => token !== null;

export const sessionPath = (id) => `api/v1/sessions/${encodeURIComponent(id)}`;

/** Calls the API. Whatever the agent refuses without its token is sent again with it. */
export async function call(method, path, { body, match, onlyNew = false, signal } = {}) {
  for (;;) {
    const used = token;
    const response = await send(method, path, used, { body, match, onlyNew, signal });
    if (response.status !== 401) return answerOf(response);
    if (used === token) {
      signingIn ??= signIn().finally(() => (signingIn = null));
      await signingIn;
    }
  }
}

/** What is wrong with the database, by what the agent's health says of it. */
const DATABASE = {
  unavailable: "The database cannot be reached.",
  schema: "The database's schema does not fit this agent: migrate it, or see the agent's log.",
  key: "The key that encrypts the sessions is missing or wrong: see the agent's log.",
};

/** Fails soon when the database cannot be used; other calls may wait long for it to come back. */
export async function requireDatabase(signal) {
  const response = await send("GET", "health", null, { signal });
  const { database } = await response.json();
  if (database !== "ok") throw new Problem(response.status, DATABASE[database] ?? DATABASE.unavailable);
}

/** Asks for a token until the agent takes it; one call at a time, since wrong ones are counted. */
async function signIn() {
  let said = token === null ? "" : "The agent does not take this token any more.";
  token = null;
  for (;;) {
    const entered = await askForToken(said);
    try {
      const response = await send("GET", "api/v1/sessions?limit=1", entered, {});
      if (response.status === 401) {
        said = "That token is wrong.";
      } else if (response.status === 429) {
        said = `Too many wrong tokens. ${waitOf(response)}`;
      } else {
        token = entered;
        return;
      }
    } catch (problem) {
      said = problem.message;
    }
  }
}

async function send(method, path, bearer, { body, match, onlyNew, signal }) {
  const headers = new Headers();
  if (bearer !== null) headers.set("Authorization", `Bearer ${bearer}`);
  if (body) headers.set("Content-Type", "application/json");
  if (match) headers.set("If-Match", match);
  if (onlyNew) headers.set("If-None-Match", "*");
  const given = AbortSignal.timeout(GIVES_UP_AFTER_MS);
  try {
    const response = await fetch(path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      cache: "no-store",
      redirect: "error",
      signal: signal ? AbortSignal.any([signal, given]) : given,
    });
    setClockBy(response);
    return response;
  } catch (failure) {
    signal?.throwIfAborted();
    const slow = failure.name === "TimeoutError";
    throw new Problem(UNREACHABLE, slow ? "The agent does not answer." : "The agent cannot be reached.");
  }
}

async function answerOf(response) {
  const json = /^application\/([a-z.]+\+)?json\b/.test(response.headers.get("content-type") ?? "");
  const body = json ? await response.json() : null;
  if (response.ok) return { body, etag: response.headers.get("etag") };
  if (response.status === 429) throw new Problem(429, `Too many requests. ${waitOf(response)}`);
  const sentence = body?.detail ?? `the agent answered with status ${response.status}`;
  throw new Problem(response.status, asSentence(sentence), body?.errors);
}

function waitOf(response) {
  const seconds = Number(response.headers.get("retry-after"));
  return seconds > 0 ? `Wait ${seconds} s, then try again.` : "Wait a moment, then try again.";
}
