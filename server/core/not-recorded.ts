import { DomainError } from "./errors.ts";
import { makeLogger } from "./log.ts";

/**
 * The answer to a change that was undone because the audit log could not take it. The caller hears that it was not done,
 * the log of the process hears why.
 */
export function notRecorded(cause: unknown): DomainError {
  makeLogger("audit").error({ err: cause }, "The audit log could not be written");
  const error = new DomainError(
    "unavailable",
    "This was not done, because it could not be written to the audit log. Try again; if it stays so, the log of the portal says why",
  );
  error.cause = cause;
  return error;
}

/** True for what the trigger that chains events throws at commit (PostgreSQL names the function in `where`). */
export function isChainFailure(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    const { where } = current as { where?: unknown };
    if (typeof where === "string" && where.includes("function chain_events()")) return true;
  }
  return false;
}
