import { parseDatabaseUrl } from "#db/connection.ts";

const reasons: Record<string, string> = {
  ECONNREFUSED: "nothing listens there",
  ENOENT: "there is no such socket",
  ENOTFOUND: "the host's name is unknown",
  EAI_AGAIN: "the host's name could not be looked up",
  ETIMEDOUT: "no answer in time",
  CONNECT_TIMEOUT: "no answer in time",
  EHOSTUNREACH: "the host cannot be reached",
  "28P01": "the password is wrong",
  "28000": "this user may not connect",
  "3D000": "there is no such database",
};

/** For a database of the user's own: why it cannot be used, without its password. Null for any other error. */
export function unreachableSentence(error: unknown, url: string): Error | null {
  const code = codeOf(error);
  const reason = code && reasons[code];
  if (!reason) return null;
  const { host, port, user, database } = parseDatabaseUrl(url);
  return new Error(
    `The PostgreSQL that DATABASE_URL names cannot be used (${user} at ${host}, port ${port}, database ${database}: ${reason}): ` +
      `start it or correct DATABASE_URL; without DATABASE_URL Milepost brings its own`,
    { cause: error },
  );
}

/** Drivers and Drizzle wrap the error that tells. */
function codeOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (code && code in reasons) return code;
  }
  return undefined;
}
