import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";

/** A process that ends without a word holds it no longer than this. */
const leaseSeconds = 20;
const renewEveryMs = 5_000;
const askEveryMs = 150;

/**
 * Runs `work` while nobody else looks at the repository: of two looks side by side, the one that began earlier could
 * otherwise write older files over newer ones. Waits its turn; throws what `signal` says when that is told to stop.
 */
export async function holdRepository<T>(
  ctx: Ctx,
  repositoryId: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const holder = randomUUID();
  while (!(await take(ctx, repositoryId, holder))) await sleep(askEveryMs, undefined, { signal });
  const timer = setInterval(() => void take(ctx, repositoryId, holder).catch(() => {}), renewEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await ctx.db.execute(sql`
      update discovered_repositories set looked_by = null, looked_until = null
      where repository_id = ${repositoryId} and looked_by = ${holder}::uuid`);
  }
}

async function take(ctx: Ctx, repositoryId: string, holder: string): Promise<boolean> {
  const rows = await ctx.db.execute(sql`
    insert into discovered_repositories as d (repository_id, files, evidence, looked_by, looked_until)
    values (${repositoryId}, '[]', '{}', ${holder}::uuid, now() + make_interval(secs => ${leaseSeconds}))
    on conflict (repository_id) do update set looked_by = excluded.looked_by, looked_until = excluded.looked_until
      where d.looked_by is null or d.looked_by = excluded.looked_by or d.looked_until < now()
    returning 1`);
  return rows.length > 0;
}
