import { DomainError, notFound } from "#server/core/errors.ts";
import { unavailable } from "#server/core/outside/failure.ts";
import type { OutsideAnswer } from "#server/core/outside.ts";
import type { Dialect } from "../source-api/rest-client.ts";

/** A limit without a time is a minute long on gitlab.com ("Rate limits"). */
const unsaidWaitMs = 60_000;

/** GitLab's words for limits and refusals; a server of one's own need not have limits. */
export function gitlabDialect(host: string): Dialect {
  return {
    limitOf: (headers) => {
      const [limit, remaining, reset] = ["limit", "remaining", "reset"].map((name) =>
        Number(headers[`ratelimit-${name}`] ?? Number.NaN),
      ) as [number, number, number];
      if (![limit, remaining, reset].every(Number.isFinite)) return null;
      return { limit, remaining, resetAt: new Date(reset * 1000) };
    },
    waitUntil: ({ status, headers }, now) => {
      if (status !== 429) return null;
      const seconds = Number(headers["retry-after"] ?? Number.NaN);
      const ms = Number.isFinite(seconds) ? Math.min(seconds, 3_600) * 1000 : unsaidWaitMs;
      return new Date(now.getTime() + ms);
    },
    refusalOf: (answer, what) => {
      const { status } = answer;
      if (status === 401)
        return unavailable(
          `${host} does not take the token any more: it was revoked or has expired. Enter a new one`,
        );
      if (status === 403)
        return new DomainError(
          "forbidden",
          `${what.of} could not be had with this token: it needs ${what.permission ?? "the scope read_api"}`,
        );
      if (status === 404)
        return notFound(`${what.of} could not be found: gone, or hidden from this connection`);
      const code = status === 409 ? "conflict" : "invalid";
      return new DomainError(code, `${what.of}: ${host} answered ${status}, "${messageOf(answer)}"`);
    },
  };
}

function messageOf({ body }: Pick<OutsideAnswer, "body">): string {
  try {
    const { message, error } = JSON.parse(body.toString("utf8")) as { message?: unknown; error?: unknown };
    const told = message ?? error;
    const text = typeof told === "string" ? told : JSON.stringify(told ?? "no reason");
    return text.replace(/\s+/g, " ").slice(0, 200);
  } catch {
    return "no reason";
  }
}
