// Asks for the agent's token.

import { byId, notice } from "./dom.js";

/** What a header can carry; anything else cannot be the token. */
const SENDABLE = /^[\x21-\x7e]+$/;

export function askForToken(said) {
  const dialog = byId("sign-in");
  const input = byId("token");
  const error = byId("token-error");
  notice(error, said);
  input.setAttribute("aria-invalid", String(said !== ""));
  const open = () => {
    if (!dialog.open) dialog.showModal();
    input.focus();
  };
  // Without a token there is nothing to go back to.
  dialog.onclose = open;
  open();
  return new Promise((entered) => {
    dialog.querySelector("form").onsubmit = (event) => {
      event.preventDefault();
      const value = input.value.trim();
      input.value = "";
      if (!SENDABLE.test(value)) {
        notice(error, "A token has letters, digits and punctuation, and no spaces.");
        return;
      }
      dialog.onclose = null;
      dialog.close();
      entered(value);
    };
  });
}
