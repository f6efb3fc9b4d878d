import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { ensure, invalid } from "#server/core/errors.ts";
import type { Figures } from "#server/delivery/figures/figure.ts";
import { AskEvidence } from "#server/delivery/figures/inputs.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import type { NoteLook } from "./inputs.ts";
import type { LookChange } from "./model.ts";
import { personRefusal } from "./policy.ts";
import { whatChanged } from "./what-changed.ts";

/** Looks within this time are one visit: a reload does not make what has changed forgotten. */
const visitMs = 3_600_000;

type Look = {
  count: number;
  value: number | null;
  seenAt: string;
  beforeCount: number | null;
  beforeValue: number | null;
  beforeAt: string | null;
};

/**
 * Remembers how long a list was as the person opens it, and tells what has changed in it since their visit before. Looks
 * are nobody else's business: no event tells of them, and they go after a year.
 */
export async function noteLook(ctx: Ctx, input: NoteLook): Promise<LookChange> {
  ensure(personRefusal(ctx.actor));
  const userId = ctx.actor.kind === "user" ? ctx.actor.id : null;
  const asked = AskEvidence.parse(input);
  const { count, value } = countOf(await readFigures(ctx, asked), asked);
  if (userId === null) return { count, value, before: null, because: [] };
  const key = keyOf(asked);
  const before = await inTransaction(ctx, async (tx) => {
    const [old] = await tx.db.execute<Look>(sql`
      select count, value, seen_at as "seenAt", before_count as "beforeCount", before_value as "beforeValue",
        before_at as "beforeAt"
      from delivery_looks where user_id = ${userId} and asked = ${key.asked} and list = ${key.list} for update`);
    const kept = old ? baseOf(old, tx.now()) : null;
    const now = tx.now().toISOString();
    await tx.db.execute(sql`
      insert into delivery_looks as l (user_id, asked, list, count, value, seen_at, before_count, before_value, before_at)
      values (${userId}, ${key.asked}, ${key.list}, ${count}, ${value}, ${now}::timestamptz, ${kept?.count ?? null},
        ${kept?.value ?? null}, ${kept?.at.toISOString() ?? null}::timestamptz)
      on conflict (user_id, asked, list) do update set count = excluded.count, value = excluded.value,
        seen_at = excluded.seen_at, before_count = excluded.before_count, before_value = excluded.before_value,
        before_at = excluded.before_at`);
    return kept;
  });
  return { count, value, before, because: before ? await whatChanged(ctx, asked, before.at) : [] };
}

/** What this visit is compared with. */
function baseOf(old: Look, now: Date): LookChange["before"] {
  if (now.getTime() - Date.parse(old.seenAt) >= visitMs)
    return { count: old.count, value: old.value, at: new Date(old.seenAt) };
  return old.beforeAt === null || old.beforeCount === null
    ? null
    : { count: old.beforeCount, value: old.beforeValue, at: new Date(old.beforeAt) };
}

function countOf(
  { figures }: { figures: Figures },
  { metric, part }: AskEvidence,
): { count: number; value: number | null } {
  const counts: Readonly<Record<string, number>> = figures[metric].counts;
  const count = counts[part];
  if (count === undefined) throw invalid("This figure has no such part", "part");
  return { count, value: figures[metric].value };
}

function keyOf({ scope, metric, part, ...asked }: AskEvidence): { asked: string; list: string } {
  const about = scope.kind === "organisation" ? "organisation" : `${scope.kind}:${scope.ref}`;
  const window = asked.from === undefined ? `${asked.days ?? 90}` : `${asked.from}/${asked.to}`;
  const choices = [asked.exclusions ? "" : "all", asked.bots ? "" : "no-bots", asked.ownership].join(",");
  return { asked: `${about} ${window} ${choices}`, list: `${metric}.${part}` };
}
