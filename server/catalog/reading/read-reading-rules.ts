import { count, desc, eq } from "drizzle-orm";
import { sourceReadingRules } from "#db/schema/catalog.ts";
import { sourceRepositories } from "#db/schema/connections.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import type { Refusal } from "#server/core/refusal.ts";
import { changeReadingRulesRefusal, readReadingRulesRefusal } from "../policy.ts";

export type ReadingRules = {
  items: { id: string; pattern: string; groupRef: string | null; createdAt: Date; createdBy: string }[];
  /** Of all repositories that connections show. */
  privateRepositories: number;
  may: { change: Refusal | null };
};

/** Each rule was written by an admin by hand: there are few, and the newest 500 are shown. */
const most = 500;

export async function readReadingRules(ctx: Ctx): Promise<ReadingRules> {
  ensure(readReadingRulesRefusal(ctx.actor));
  const items = await ctx.db
    .select({
      id: sourceReadingRules.id,
      pattern: sourceReadingRules.pattern,
      groupRef: sourceReadingRules.groupRef,
      createdAt: sourceReadingRules.createdAt,
      createdBy: sourceReadingRules.createdBy,
    })
    .from(sourceReadingRules)
    .orderBy(desc(sourceReadingRules.createdAt), sourceReadingRules.id)
    .limit(most);
  const [counted] = await ctx.db
    .select({ number: count() })
    .from(sourceRepositories)
    .where(eq(sourceRepositories.visibility, "private"));
  return {
    items,
    privateRepositories: counted?.number ?? 0,
    may: { change: changeReadingRulesRefusal(ctx.actor) },
  };
}
