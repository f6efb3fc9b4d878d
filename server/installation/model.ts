import type { Env } from "#server/core/env.ts";

const loopbackNames = new Set(["127.0.0.1", "localhost", "::1", "[::1]"]);

/** True for the names by which this machine reaches itself. */
export const isLoopback = (host: string): boolean => loopbackNames.has(host);

export type Mode = "evaluation" | "production";

/** The mode of a first start: what is set, else production as soon as a separate database is configured. */
export function chooseMode(env: Pick<Env, "MILEPOST_MODE" | "DATABASE_URL" | "MILEPOST_EMBEDDED">): Mode {
  if (env.MILEPOST_MODE) return env.MILEPOST_MODE;
  return env.DATABASE_URL && !env.MILEPOST_EMBEDDED ? "production" : "evaluation";
}

/** Why the portal must not start like this; null when it may. `stored` is the mode that the database remembers. */
export function startRefusal(
  env: Pick<Env, "HOST" | "MILEPOST_URL" | "MILEPOST_MODE">,
  chosen: Mode,
  stored: Mode | null,
): string | null {
  if (chosen === "evaluation" && stored === "production")
    return "This database has been in production, so it cannot run as an evaluation: leave MILEPOST_MODE out, or use another database";
  const mode = stored ?? chosen;
  if (mode === "production")
    return "Production mode needs sign-in by your identity provider, which this release does not have yet: set MILEPOST_MODE=evaluation to try the portal on this machine";
  if (!isLoopback(env.HOST))
    return `HOST is ${env.HOST}, but an evaluation listens on this machine only: set HOST to 127.0.0.1 or leave it out`;
  const address = env.MILEPOST_URL ? URL.parse(env.MILEPOST_URL) : null;
  if (address && !isLoopback(address.hostname))
    return `MILEPOST_URL names ${address.hostname}, but an evaluation is reached on this machine only: leave MILEPOST_URL out`;
  return null;
}
