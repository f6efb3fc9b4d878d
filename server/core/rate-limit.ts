import { sql } from "drizzle-orm";
import ipaddr from "ipaddr.js";
import { rateLimits as table } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { counter } from "#server/observe/series.ts";
import type { Actor } from "./actor.ts";
import { TooManyError } from "./errors.ts";

type RateRule = { limit: number; windowSeconds: number; message: string };

/**
 * How often something may be tried. What comes from an address leaves room for a whole company behind one proxy; only
 * failures count for tokens, so that nobody is shut out by somebody else's bad ones.
 */
export const rateLimits = {
  signIn: { limit: 600, windowSeconds: 300, message: "Too many sign-ins from your network" },
  signInFailure: { limit: 60, windowSeconds: 300, message: "Too many sign-ins failed from your network" },
  setupToken: { limit: 20, windowSeconds: 900, message: "Too many tries with a setup token" },
  tokenFailure: {
    limit: 100,
    windowSeconds: 60,
    message: "Too many requests with a token that does not hold",
  },
  scim: { limit: 3_000, windowSeconds: 60, message: "Too many requests of this SCIM client" },
  expensiveRead: { limit: 120, windowSeconds: 60, message: "Too many large reads" },
  export: { limit: 20, windowSeconds: 60, message: "Too many exports" },
  badge: { limit: 1_200, windowSeconds: 60, message: "Too many badges asked for from your network" },
  connectionTest: { limit: 20, windowSeconds: 60, message: "Too many tests of a connection" },
} as const satisfies Record<string, RateRule>;

export type RateRuleName = keyof typeof rateLimits;

const refusals = counter({
  name: "milepost_rate_limit_refusals_total",
  help: "Tries that were refused because there were too many, by rule",
  labelNames: ["rule"],
});
for (const rule of Object.keys(rateLimits)) refusals.inc({ rule }, 0);

/**
 * Takes one try from a limit that all processes share, by the database's clock. The window begins with the first try
 * and is not prolonged by refused ones; `retryAfterSeconds` is how long it still lasts.
 */
export async function takeFromLimit(
  db: Db,
  { key, limit, windowSeconds }: { key: string; limit: number; windowSeconds: number },
): Promise<{ isAllowed: boolean; retryAfterSeconds: number }> {
  const isOver = sql`${table.endsAt} <= clock_timestamp()`;
  const endsAt = sql`clock_timestamp() + make_interval(secs => ${windowSeconds})`;
  const [row] = await db
    .insert(table)
    .values({ key: key.slice(0, 300), count: 1, endsAt })
    .onConflictDoUpdate({
      target: table.key,
      set: {
        count: sql`case when ${isOver} then 1 else least(${table.count}, ${limit}) + 1 end`,
        endsAt: sql`case when ${isOver} then ${endsAt} else ${table.endsAt} end`,
      },
    })
    .returning({
      count: table.count,
      left: sql<number>`greatest(1, ceil(extract(epoch from ${table.endsAt} - clock_timestamp())))::int`,
    });
  if (Math.random() < sweepShare) await sweepRateLimits(db);
  return { isAllowed: (row?.count ?? 1) <= limit, retryAfterSeconds: row?.left ?? windowSeconds };
}

/** Takes one try of a named rule. Throws `too_many` with a sentence that says when to come back. */
export async function takeFromRule(db: Db, name: RateRuleName, who: string): Promise<void> {
  const { message, ...rule } = rateLimits[name];
  const { isAllowed, retryAfterSeconds } = await takeFromLimit(db, { key: `${name} ${who}`, ...rule });
  if (isAllowed) return;
  refusals.inc({ rule: name });
  throw new TooManyError(`${message}: try again ${waitWords(retryAfterSeconds)}`, retryAfterSeconds);
}

/** Whose tries are counted together: a person's, a token's, else those of an address. */
export function limitSubject(actor: Actor, address: string | null): string {
  if (actor.kind === "user" || actor.kind === "token") return `${actor.kind} ${actor.id}`;
  return addressKey(address);
}

/** What tries are counted by: an IPv4 address, or the /64 of an IPv6 one, since a single machine has all of it. */
export function addressKey(address: string | null): string {
  if (address === null || !ipaddr.isValid(address)) return "address unknown";
  if (ipaddr.IPv4.isValid(address)) return `address ${address}`;
  return `address ${ipaddr.IPv6.networkAddressFromCIDR(`${address}/64`).toString()}/64`;
}

const waitWords = (seconds: number) =>
  seconds < 100
    ? `in ${seconds} ${seconds === 1 ? "second" : "seconds"}`
    : `in ${Math.ceil(seconds / 60)} minutes`;

/** One try in a hundred also clears away what has run out; a few hundred rows at most, and none that is in use. */
const sweepShare = 0.01;

export async function sweepRateLimits(db: Db): Promise<number> {
  const swept = await db.execute(sql`
    delete from ${table} where key in (
      select key from ${table} where ends_at < clock_timestamp() order by ends_at limit 500 for update skip locked
    )`);
  return swept.count;
}
