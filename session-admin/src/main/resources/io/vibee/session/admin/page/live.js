// Keeps the page current while somebody looks at it, and says when it cannot.

import { byId } from "./dom.js";
import { showTimesAgain } from "./time.js";

const EVERY_MS = 10_000;

let read;
let timer;
let running = null;
let lastGood = null;

/** Reads at once, and from then on regularly while the page is visible. */
export function startLive(readAndShow) {
  read = readAndShow;
  byId("retry").addEventListener("click", refresh);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else refresh();
  });
  refresh();
}

/** Reads now; a reading under way is given up, since it may show what was before. */
export async function refresh() {
  clearTimeout(timer);
  running?.abort();
  const mine = (running = new AbortController());
  try {
    await read(mine.signal);
    if (!mine.signal.aborted) showGood();
  } catch (problem) {
    if (mine.signal.aborted) return;
    showBad(problem);
  }
  if (running !== mine) return;
  running = null;
  showTimesAgain();
  if (!document.hidden) timer = setTimeout(refresh, EVERY_MS);
}

function showGood() {
  lastGood = new Date();
  byId("live").className = "live good";
  byId("live-text").textContent = `Live, every ${EVERY_MS / 1000} s`;
  byId("banner").hidden = true;
}

function showBad(problem) {
  byId("live").className = "live bad";
  byId("live-text").textContent = lastGood ? `As of ${lastGood.toLocaleTimeString("en-GB")}` : "Nothing read yet";
  const text = `${problem.message} Trying again every ${EVERY_MS / 1000} s.`;
  // Setting the same text again would have it read aloud again.
  if (byId("banner-text").textContent !== text) byId("banner-text").textContent = text;
  byId("banner").hidden = false;
}
