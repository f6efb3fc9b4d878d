import { type Actor, hasRole } from "#server/core/actor.ts";
import { notNow, peopleOnly, type Refusal, refusal, rule } from "#server/core/refusal.ts";
import type { Mode } from "./model.ts";

const setup = rule("installation.setup", "The setup is opened from the portal's own machine", "machine");
const settings = rule("installation.settings", "Admins see and change the settings of the portal", "admin");
const keys = rule("installation.keys", "Admins look after the keys of stored secrets", "admin");

/** Only this machine's own programs make a setup token: whoever can run them owns the installation. */
export function createSetupTokenRefusal(
  actor: Actor,
  state: { mode: Mode; setupFinishedAt: Date | null },
): Refusal | null {
  if (actor.kind !== "system")
    return refusal(setup, "A setup token is made on the portal's machine: npx milepost setup-token");
  if (state.mode === "evaluation")
    return refusal(
      notNow,
      "An evaluation needs no setup: saving a sign-in provider under Admin, Sign-in moves it to production",
    );
  if (!state.setupFinishedAt) return null;
  return refusal(
    notNow,
    "The setup is finished, so there is nothing a setup token could open. When sign-in is broken: npx milepost admin sign-in-link",
  );
}

/** The setup works as the program itself, after the browser's setup session was checked. */
export function setupRefusal(actor: Actor): Refusal | null {
  return actor.kind === "system" ? null : refusal(setup, "The setup is done with a setup token, at /setup");
}

export function readSettingsRefusal(actor: Actor): Refusal | null {
  return hasRole(actor, "admin") ? null : refusal(settings, "Only admins can see the settings of the portal");
}

const data = rule("installation.data", "What is stored is told to those who run the portal", "admin");

export function readStoredDataRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(data, "Only platform engineers and admins can see the list of what is stored");
}

export function manageKeysRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "admin")) return null;
  return refusal(keys, "Only admins can rotate or drop the keys of stored secrets");
}

export function changeSettingsRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "token")
    return refusal(peopleOnly, "A token cannot change the settings of the portal; sign in to change them");
  if (hasRole(actor, "admin")) return null;
  return refusal(settings, "Only admins can change the settings of the portal");
}
