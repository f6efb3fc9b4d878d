import { type Actor, hasRole } from "#server/core/actor.ts";
import { type Refusal, refusal, rule } from "#server/core/refusal.ts";

const ordering = rule("backups.order", "Those who run the portal order backups", "admin");
const reading = rule("backups.read", "Those who run the portal see its backups", "admin");
const machine = rule(
  "backups.machine",
  "A backup holds everything: only the machine itself handles one",
  "machine",
);

export function requestBackupRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(ordering, "Only platform engineers and admins can order a backup");
}

export function readBackupsRefusal(actor: Actor): Refusal | null {
  if (hasRole(actor, "platform")) return null;
  return refusal(reading, "Only platform engineers and admins can see the backups");
}

/** Only the program itself writes one: in a job, at an upgrade, on the command line. */
export function backUpRefusal(actor: Actor): Refusal | null {
  if (actor.kind === "system") return null;
  return refusal(machine, "A backup is written by the portal itself: order one on the page Backups");
}

export function restoreRefusal(actor: Actor): Refusal | null {
  return actor.kind === "system"
    ? null
    : refusal(machine, "A backup is restored on the portal's machine, on the command line");
}
