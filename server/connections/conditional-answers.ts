import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { and, eq, lt, sql } from "drizzle-orm";
import { conditionalAnswers } from "#db/schema/connections.ts";
import type { Ctx } from "#server/core/context.ts";
import { sha256 } from "#server/core/crypto.ts";
import type { AnswerStore } from "#server/integrations/source-api/rest-client.ts";

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** Larger answers are asked for anew: trees of a commit never change, so nobody asks for them twice. */
const mostPackedBytes = 500_000;
const mostBytes = 12_000_000;
const keptDays = 14;

/** Remembers answers of one connection with their tags, so that unchanged ones cost nothing of its rate limit. */
export function conditionalAnswersOf(ctx: Ctx, connectionId: string): AnswerStore {
  const at = (key: string) =>
    and(eq(conditionalAnswers.connectionId, connectionId), eq(conditionalAnswers.key, sha256(key)));
  return {
    read: async (key) => {
      // Which was of use is known to the day, so that a hit is no write of its own.
      const [row] = await ctx.db
        .select({
          etag: conditionalAnswers.etag,
          next: conditionalAnswers.next,
          body: conditionalAnswers.body,
          isOld: sql<boolean>`${conditionalAnswers.usedAt} < ${ctx.now().toISOString()}::timestamptz - interval '1 day'`,
        })
        .from(conditionalAnswers)
        .where(at(key));
      if (!row) return null;
      if (row.isOld) await ctx.db.update(conditionalAnswers).set({ usedAt: ctx.now() }).where(at(key));
      return { etag: row.etag, next: row.next, body: await unpack(row.body, { maxOutputLength: mostBytes }) };
    },
    write: async (key, { etag, next, body }) => {
      const packed = await pack(body);
      if (packed.byteLength > mostPackedBytes || body.byteLength > mostBytes || etag.length > 500) return;
      const values = { etag, next, body: packed, usedAt: ctx.now() };
      await ctx.db
        .insert(conditionalAnswers)
        .values({ connectionId, key: sha256(key), ...values })
        .onConflictDoUpdate({
          target: [conditionalAnswers.connectionId, conditionalAnswers.key],
          set: values,
        });
    },
  };
}

/** Forgets what nobody has asked for in two weeks. */
export async function sweepConditionalAnswers(ctx: Ctx): Promise<void> {
  const before = new Date(ctx.now().getTime() - keptDays * 86_400_000);
  await ctx.db.delete(conditionalAnswers).where(lt(conditionalAnswers.usedAt, before));
}
