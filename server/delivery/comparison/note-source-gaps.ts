import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { chosenSource } from "#server/delivery/projection/read-default-source.ts";
import { namedRepositories } from "#server/delivery/repositories/named-repositories.ts";
import { noteGap } from "./note-gap.ts";

/** What a comparison does not read from the host: nothing stands in for webhooks about these. */
const unread = { workflow: "workflow runs", release: "releases", tag: "tags" } as const;

/** A time without webhooks is a gap of those services whose deployments only webhooks tell of, whatever else could be read. */
export async function noteSourceGaps(
  ctx: Ctx,
  missing: { repositoryId: string; from: Date; until: Date },
): Promise<void> {
  const rows = await ctx.db.execute<{ ref: string; source: keyof typeof unread }>(sql`
    select s.entity_ref as ref, ${chosenSource} as source
    from delivery_services s join entities e on e.ref = s.entity_ref
    join ${namedRepositories} r on r.named = e.project_slug and r.id = ${missing.repositoryId}
    where ${chosenSource} = any(${sql.param(Object.keys(unread))}::text[]) order by s.entity_ref`);
  for (const { ref, source } of rows)
    await noteGap(ctx, {
      subject: ref,
      what: "deployments",
      from: missing.from,
      until: missing.until,
      reason: `Webhooks are missing, and ${unread[source]} of that time are not known without them`,
    });
}
