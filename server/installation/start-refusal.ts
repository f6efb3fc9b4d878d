import type { Env } from "#server/core/env.ts";
import { isLoopback, type Mode } from "./model.ts";

type ModeSettings = Pick<
  Env,
  "MILEPOST_MODE" | "DATABASE_URL" | "MILEPOST_EMBEDDED" | "OIDC_ISSUER" | "AUTH_GITHUB_ID" | "AUTH_GOOGLE_ID"
>;

/** The mode of a first start: what is set, else production as soon as a separate database or a sign-in provider is. */
export function chooseMode(env: ModeSettings): Mode {
  if (env.MILEPOST_MODE) return env.MILEPOST_MODE;
  const hasProvider = Boolean(env.OIDC_ISSUER ?? env.AUTH_GITHUB_ID ?? env.AUTH_GOOGLE_ID);
  const hasDatabase = Boolean(env.DATABASE_URL) && !env.MILEPOST_EMBEDDED;
  return hasProvider || hasDatabase ? "production" : "evaluation";
}

type StartSettings = Pick<
  Env,
  | "HOST"
  | "MILEPOST_URL"
  | "MILEPOST_MODE"
  | "GITHUB_WEBHOOK_SECRET"
  | "OIDC_ISSUER"
  | "OIDC_CLIENT_ID"
  | "AUTH_GITHUB_ID"
  | "AUTH_GITHUB_SECRET"
  | "AUTH_GOOGLE_ID"
  | "AUTH_GOOGLE_SECRET"
>;

/** Why the portal must not start like this; null when it may. `stored` is the mode that the database remembers. */
export function startRefusal(env: StartSettings, chosen: Mode, stored: Mode | null): string | null {
  const refusal = databaseRefusal(env, chosen, stored);
  if (refusal) return refusal;
  return (stored ?? chosen) === "production"
    ? (publicUrlRefusal(env.MILEPOST_URL) ?? secretsRefusal(env))
    : evaluationRefusal(env);
}

/** The part of it that holds for commands too, which serve nobody: what was chosen against what the database is. */
export function databaseRefusal(
  env: Pick<Env, "MILEPOST_MODE">,
  chosen: Mode,
  stored: Mode | null,
): string | null {
  if (env.MILEPOST_MODE === "evaluation" && stored === "production")
    return "This database has been in production, so it cannot run as an evaluation: leave MILEPOST_MODE out, or use another database";
  if (env.MILEPOST_MODE === "production" && chosen === "production" && stored === "evaluation")
    return "This database belongs to an evaluation, with its demo people: leave MILEPOST_MODE out and save a sign-in provider under Admin, Sign-in, which removes them and moves it to production; or use another database";
  return null;
}

function evaluationRefusal(env: Pick<Env, "HOST" | "MILEPOST_URL">): string | null {
  if (!isLoopback(env.HOST))
    return `HOST is ${env.HOST}, but an evaluation listens on this machine only: set HOST to 127.0.0.1 or leave it out`;
  const address = env.MILEPOST_URL ? URL.parse(env.MILEPOST_URL) : null;
  if (address && !isLoopback(address.hostname))
    return `MILEPOST_URL names ${address.hostname}, but an evaluation is reached on this machine only: leave MILEPOST_URL out`;
  return null;
}

/**
 * Production has one public address, the source of every absolute link, callback and Origin check. Plain http would hand
 * session cookies to the network, so it is for this machine's own names only.
 */
export function publicUrlRefusal(value: string | undefined): string | null {
  if (!value)
    return "Production mode needs MILEPOST_URL, the address at which people open the portal: set it, for example MILEPOST_URL=https://portal.example.com";
  const url = URL.parse(value);
  if (!url) return "MILEPOST_URL cannot be read: set it to an address such as https://portal.example.com";
  if (url.username || url.password || url.search || url.hash || url.pathname !== "/")
    return "MILEPOST_URL has more than a host in it: set it to the bare address, for example https://portal.example.com (the portal does not live under a path)";
  if (url.protocol !== "https:" && !isLoopback(url.hostname))
    return `MILEPOST_URL is plain http, by which sessions could be read on the way: set it to https://${url.host}, and let a reverse proxy speak https for the portal`;
  return null;
}

/** Guessable over the network, where whoever guesses it can write deployments and incidents. */
const webhookSecretMin = 16;

function secretsRefusal(env: StartSettings): string | null {
  if (env.GITHUB_WEBHOOK_SECRET?.some((secret) => secret.length < webhookSecretMin))
    return `GITHUB_WEBHOOK_SECRET has a secret of fewer than ${webhookSecretMin} characters: set a random one, for example the output of: openssl rand -hex 32`;
  const pairs: [string, string | undefined, string, string | undefined][] = [
    ["OIDC_ISSUER", env.OIDC_ISSUER, "OIDC_CLIENT_ID", env.OIDC_CLIENT_ID],
    ["AUTH_GITHUB_ID", env.AUTH_GITHUB_ID, "AUTH_GITHUB_SECRET", env.AUTH_GITHUB_SECRET],
    ["AUTH_GOOGLE_ID", env.AUTH_GOOGLE_ID, "AUTH_GOOGLE_SECRET", env.AUTH_GOOGLE_SECRET],
  ];
  for (const [name, value, otherName, other] of pairs)
    if (Boolean(value) !== Boolean(other)) {
      const [present, absent] = value ? [name, otherName] : [otherName, name];
      return `${present} is set, but ${absent} is not: set both, or neither`;
    }
  return null;
}

/**
 * A separate database outlives the machine that the portal runs on, and several machines may share it: a key that each
 * made for itself in its data folder would be lost with the folder, and the sealed secrets with the key.
 */
export function missingKeyRefusal(
  env: Pick<Env, "DATABASE_URL" | "MILEPOST_EMBEDDED">,
  mode: Mode,
  hasKey: boolean,
): string | null {
  if (mode === "evaluation" || hasKey || !env.DATABASE_URL || env.MILEPOST_EMBEDDED) return null;
  return "Production on a database of your own needs MILEPOST_SECRET_KEY, the key that seals secrets at rest: set it to the output of openssl rand -base64 32, the same on every machine, and keep a copy where you keep passwords";
}
