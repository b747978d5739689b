// Times for people: how long ago, with the exact time beside it.

const UNITS = [["s", 60], ["min", 60], ["h", 24], ["d", 30]];
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "long" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });
const hour = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

const offset = zoneFormat();

/** Older browsers know no offsets, but names. */
function zoneFormat() {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZoneName: "shortOffset" });
  } catch {
    return new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" });
  }
}

/** By how much this machine's clock is behind the agent's, in milliseconds. */
let behind = 0;

export function setClockBy(response) {
  const date = Date.parse(response.headers.get("date") ?? "");
  // The header counts whole seconds: a smaller difference says nothing.
  if (!Number.isNaN(date)) behind = Math.abs(date - Date.now()) < 2000 ? 0 : date - Date.now();
}

/** Shows a time, or "never". */
export function showTime(target, instant) {
  if (!instant) {
    target.removeAttribute("datetime");
    target.title = "";
    target.textContent = "never";
    return;
  }
  target.dateTime = instant;
  target.title = exact.format(new Date(instant));
  target.textContent = ago(instant);
}

/** Brings all times on the page up to date. */
export function showTimesAgain() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    time.textContent = ago(time.dateTime);
  }
}

export function clock(instant) {
  return hour.format(new Date(instant));
}

/** The zone of these hours: its name, and how far it is from UTC now. */
export function zone() {
  const { timeZone } = offset.resolvedOptions();
  const { value } = offset.formatToParts(new Date()).find(({ type }) => type === "timeZoneName");
  return timeZone === "UTC" ? timeZone : `${timeZone}, ${value}`;
}

/** Whether that is so short ago that a heartbeat may follow: they are 30 seconds apart. */
export const isNow = (instant) => secondsSince(instant) < 90;

const secondsSince = (instant) => (Date.now() + behind - Date.parse(instant)) / 1000;

function ago(instant) {
  let amount = secondsSince(instant);
  if (Math.abs(amount) < 5) return "just now";
  for (const [unit, size] of amount > 0 ? UNITS : []) {
    if (amount < size) return `${Math.trunc(amount)} ${unit} ago`;
    amount /= size;
  }
  return day.format(new Date(instant));
}
