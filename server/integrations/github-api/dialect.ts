import { DomainError, notFound } from "#server/core/errors.ts";
import { unavailable } from "#server/core/outside/failure.ts";
import type { OutsideAnswer } from "#server/core/outside.ts";
import type { Dialect, What } from "../source-api/rest-client.ts";

/** A secondary limit without a time is over after a minute at the earliest ("Rate limits for the REST API"). */
const unsaidWaitMs = 60_000;

/** GitHub's words for limits and refusals; `app` writes whom a missing permission is to be given to. */
export function githubDialect(host: string, app: boolean): Dialect {
  return {
    limitOf: (headers) => {
      const [limit, remaining, reset] = ["limit", "remaining", "reset"].map((name) =>
        Number(headers[`x-ratelimit-${name}`] ?? Number.NaN),
      ) as [number, number, number];
      // Other resources, such as search, have limits of their own, which say nothing about the rest.
      if (
        ![limit, remaining, reset].every(Number.isFinite) ||
        (headers["x-ratelimit-resource"] ?? "core") !== "core"
      )
        return null;
      return { limit, remaining, resetAt: new Date(reset * 1000) };
    },
    waitUntil: (answer, now) => {
      if (answer.status !== 403 && answer.status !== 429) return null;
      const { headers } = answer;
      const seconds = Number(headers["retry-after"] ?? Number.NaN);
      if (Number.isFinite(seconds)) return new Date(now.getTime() + Math.min(seconds, 3_600) * 1000);
      const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN) * 1000;
      if (headers["x-ratelimit-remaining"] === "0" && Number.isFinite(reset))
        return new Date(Math.min(Math.max(reset, now.getTime() + 1_000), now.getTime() + 3_600_000));
      if (answer.status === 429 || /secondary rate limit|abuse detection/i.test(messageOf(answer)))
        return new Date(now.getTime() + unsaidWaitMs);
      return null;
    },
    refusalOf: (answer, what) => refusalOf(answer, what, { host, app }),
  };
}

function refusalOf(
  answer: OutsideAnswer,
  what: What,
  { host, app }: { host: string; app: boolean },
): DomainError {
  const { status, headers } = answer;
  if (status === 401)
    return unavailable(
      app
        ? `${host} does not take the App's key: it was deleted there, the App is another one, or this machine's clock is wrong`
        : `${host} does not take the token any more: it was revoked or has expired. Enter a new one`,
    );
  if (headers["x-github-sso"])
    return new DomainError(
      "forbidden",
      `${what.of} is behind single sign-on: authorise the token for that organisation at ${host} (Settings, Tokens, Configure SSO)`,
    );
  if (status === 403 || (status === 404 && what.permission && isHiddenPermission(answer)))
    return new DomainError(
      "forbidden",
      `${what.of} could not be ${app ? "had by the App" : "had with this token"}: it needs the permission "${what.permission ?? "read"}"`,
    );
  if (status === 404 || status === 410 || status === 451)
    return notFound(`${what.of} could not be found: gone, or hidden from this connection`);
  if (status === 409) return new DomainError("conflict", `${what.of}: ${host} says "${messageOf(answer)}"`);
  return new DomainError("invalid", `${what.of}: ${host} answered ${status}, "${messageOf(answer)}"`);
}

/** GitHub says in a header which permissions would do, also where it hides the thing itself. */
const isHiddenPermission = ({ headers, body }: OutsideAnswer) =>
  headers["x-accepted-github-permissions"] !== undefined && /not accessible by/i.test(body.toString("utf8"));

function messageOf({ body }: OutsideAnswer): string {
  try {
    const { message } = JSON.parse(body.toString("utf8")) as { message?: unknown };
    return typeof message === "string" ? message.replace(/\s+/g, " ").slice(0, 200) : "no reason";
  } catch {
    return "no reason";
  }
}
