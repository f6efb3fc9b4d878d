import { type Actor, actorLabel } from "./actor.ts";
import type { DomainError } from "./errors.ts";
import { type Logger, makeLogger } from "./log.ts";

let log: Logger | undefined;

/**
 * Writes down that somebody asked for what they may not (ASVS 5.0, 16.3.2). In the process's log and not among the
 * events, so that nobody fills the audit log by asking. Other errors are left alone.
 */
export function logRefusal(
  error: DomainError,
  asked: { actor: Actor; what: string; requestId: string },
): void {
  if (error.code !== "forbidden") return;
  log ??= makeLogger("access");
  const { kind, id, name } = actorLabel(asked.actor);
  const { what, requestId } = asked;
  log.warn({ actor: { kind, id, name }, what, rule: error.rule, requestId }, "A call was refused");
}
