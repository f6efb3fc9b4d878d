import { DomainError } from "./errors.ts";

/** When another try is worth it: a restart takes about as long. */
export const databaseRetrySeconds = 5;

export const databaseAwaySentence =
  "The portal cannot reach its database at the moment: try again in a few seconds";

/** What the driver says of a connection that it did not get or lost. */
const ofDriver = new Set([
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
]);
/** What PostgreSQL says while it stops or starts, and where it takes no more connections (its appendix A). */
const ofServer = new Set(["57P01", "57P02", "57P03", "53300"]);
/** What the machine says; of a query alone, since programs elsewhere can be away too. */
const ofNetwork = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOENT",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENOTFOUND",
]);

/**
 * "unavailable" with the time of the next try where an error means that the database cannot be reached; null for any
 * other. No bug of ours, and no fault of whoever asked.
 */
export function findDatabaseAway(error: unknown): (DomainError & { retryAfterSeconds: number }) | null {
  let isOfQuery = false;
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 6;
    current = current.cause, depth += 1
  ) {
    // By name and not by class: Next bundles its own copy of the library.
    isOfQuery ||= current.constructor.name === "DrizzleQueryError";
    const { code = "" } = current as NodeJS.ErrnoException;
    if (ofDriver.has(code) || ofServer.has(code) || (isOfQuery && ofNetwork.has(code)))
      return Object.assign(new DomainError("unavailable", databaseAwaySentence), {
        retryAfterSeconds: databaseRetrySeconds,
      });
  }
  return null;
}
