import { and, eq } from "drizzle-orm";
import { connectionBudgets } from "#db/schema/connections.ts";
import type { Ctx } from "#server/core/context.ts";
import { TooManyError } from "#server/core/errors.ts";
import type { Limit, Pace } from "#server/integrations/source-api/rest-client.ts";
import type { HostBudget } from "./source-host.ts";

export type KeptPace = Pace & {
  budget: () => HostBudget | null;
  /** Writes down what was heard since. */
  flush: () => Promise<void>;
};

/**
 * The part of a host's rate limit that is ours: all but the reserve, which is left to others who use the same credentials
 * (`isUrgent` work, which somebody waits for, may use that too). What the host says is kept in the database, so that all
 * processes stop together and go on together.
 */
export async function openPace(
  ctx: Ctx,
  connection: { id: string; name: string; reservePercent: number },
  { holder, isUrgent, isTrial }: { holder: string; isUrgent: boolean; isTrial: boolean },
): Promise<KeptPace> {
  const at = and(eq(connectionBudgets.connectionId, connection.id), eq(connectionBudgets.holder, holder));
  const [row] = await ctx.db
    .select({
      limit: connectionBudgets.limit,
      remaining: connectionBudgets.remaining,
      resetAt: connectionBudgets.resetAt,
      pausedUntil: connectionBudgets.pausedUntil,
    })
    .from(connectionBudgets)
    .where(at);
  let limit: Limit | null =
    row && row.limit !== null && row.remaining !== null && row.resetAt
      ? { limit: row.limit, remaining: row.remaining, resetAt: row.resetAt }
      : null;
  let pausedUntil = row?.pausedUntil ?? null;
  let hasNews = false;

  const reserveOf = ({ limit: all }: Limit) => Math.floor((all * connection.reservePercent) / 100);
  const refuse = (until: Date, why: string): never => {
    const seconds = Math.max(1, Math.ceil((until.getTime() - ctx.now().getTime()) / 1000));
    throw new TooManyError(`${connection.name} ${why}: it goes on at ${clock(until)} UTC`, seconds);
  };

  async function flush(): Promise<void> {
    if (!hasNews || isTrial) return;
    hasNews = false;
    const values = {
      limit: limit?.limit ?? null,
      remaining: limit?.remaining ?? null,
      resetAt: limit?.resetAt ?? null,
      pausedUntil,
      heardAt: ctx.now(),
    };
    await ctx.db
      .insert(connectionBudgets)
      .values({ connectionId: connection.id, holder, ...values })
      .onConflictDoUpdate({
        target: [connectionBudgets.connectionId, connectionBudgets.holder],
        set: values,
      });
  }

  return {
    before: () => {
      const now = ctx.now();
      if (pausedUntil && pausedUntil > now) refuse(pausedUntil, "was told by the host to wait");
      if (limit && limit.resetAt > now && limit.remaining <= (isUrgent ? 0 : reserveOf(limit)))
        refuse(limit.resetAt, "has used its part of the host's rate limit");
    },
    note: (heard) => {
      limit = heard;
      pausedUntil = null;
      hasNews = true;
    },
    pause: async (until) => {
      pausedUntil = until;
      hasNews = true;
      await flush();
      return refuse(until, "was told by the host to wait");
    },
    budget: () => (limit ? { ...limit, reserve: reserveOf(limit) } : null),
    flush,
  };
}

const clock = (at: Date) => at.toISOString().slice(11, 16);
