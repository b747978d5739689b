// Small helpers over the DOM. Whatever comes from the database reaches the page here, as text.

export const byId = (id) => document.getElementById(id);

/** An element with properties of its own and children, which are nodes or texts. */
export function element(name, properties = {}, ...children) {
  const created = Object.assign(document.createElement(name), properties);
  created.append(...children);
  return created;
}

export function fromTemplate(id) {
  return byId(id).content.firstElementChild.cloneNode(true);
}

/** The part of a template's copy that shows a value. */
export function part(root, name) {
  return root.querySelector(`[data-value="${name}"]`);
}

// Control characters, and those that turn the direction of what follows or hide in it.
const DECEPTIVE =
  /([\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff])/u;

/** What an element shows, so that a refresh leaves alone what somebody may be selecting. */
const shown = new WeakMap();

/**
 * Shows a stored text as it is. Characters that would make it look like another one are named
 * instead, so that "user" and "re<U+202E>su" cannot be taken for each other.
 */
export function show(target, text) {
  if (shown.get(target) === text) return;
  shown.set(target, text);
  target.title = text.length > 20 ? text : "";
  target.replaceChildren(
    ...text.split(DECEPTIVE).filter(Boolean).map((piece) =>
      DECEPTIVE.test(piece) ? element("span", { className: "code-point" }, codePoint(piece)) : piece));
}

function codePoint(character) {
  return "U+" + character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
}

/**
 * Makes the children of a list those of the items, in their order. What is there already stays the
 * same element, so that focus and selection survive a refresh; focus in what goes moves to the section.
 */
export function showAll(list, items, keyOf, create, update) {
  const before = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let place = list.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let child = before.get(key);
    before.delete(key);
    if (!child) {
      child = create(item);
      child.dataset.key = key;
    }
    update(child, item);
    if (child === place) place = place.nextElementSibling;
    else list.insertBefore(child, place);
  }
  for (const gone of before.values()) {
    if (gone.contains(document.activeElement)) list.closest("[tabindex]")?.focus();
    gone.remove();
  }
}

/** Tells what was done, to those who look and to those who listen. */
export function say(text) {
  const said = byId("said");
  said.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => (said.textContent = ""), 6000);
}

/** Shows a message, or hides its place when there is none. */
export function notice(target, text) {
  target.textContent = text;
  target.hidden = !text;
}

export function closeByButtons(dialog) {
  for (const button of dialog.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => dialog.close());
  }
}
