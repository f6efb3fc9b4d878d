import { sql } from "drizzle-orm";
import { entityVersions, truthQuestions, truthRounds, upkeepItems } from "#db/schema/trust.ts";
import type { Ctx } from "#server/core/context.ts";
import { addOverlay } from "#server/trust/overlays.ts";
import { proposeOwner } from "#server/trust/propose-owner.ts";
import type { Caller } from "./callers.ts";

export type TrustWorld = {
  overlay: string;
  item: string;
  version: number;
  /** By the person who was asked. */
  questions: Record<string, string>;
};

/** Of our service: something added, something wrong, a version with another text, and a question to everybody. */
export async function addTrust(
  ctx: Ctx,
  callers: readonly Caller[],
  refs: { ours: string; api: string },
): Promise<TrustWorld> {
  const overlay = await addOverlay(ctx, { ref: refs.ours, kind: "link", key: "https://example.com/runbook" });
  await proposeOwner(ctx, { ref: refs.api, ownerRef: "group:default/theirs" });
  const [entry] = await ctx.db.execute<{ uid: string; locationId: string }>(
    sql`select uid, location_id as "locationId" from entities where ref = ${refs.ours}`,
  );
  const about = { entityUid: entry?.uid ?? "", ref: refs.ours };
  const at = ctx.now();
  const [item] = await ctx.db
    .insert(upkeepItems)
    .values({ ...about, sort: "lifecycle", value: "production", note: "", openedAt: at })
    .returning({ id: upkeepItems.id });
  const place = { locationId: entry?.locationId ?? "", file: "catalog-info.yaml", line: 1 };
  const [version] = await ctx.db
    .insert(entityVersions)
    .values({ ...about, ...place, at, change: "changed", before: "kind: Component\n" })
    .returning({ id: entityVersions.id });
  await ctx.db
    .insert(truthRounds)
    .values({ month: "2020-01", seed: "s", drawnAt: at, population: { owner: 1 } });
  const people = callers.flatMap((caller) => (caller.kind === "person" ? [caller.userId] : []));
  const asked = await ctx.db
    .insert(truthQuestions)
    .values(
      people.map((askedUser, index) => ({
        ...{ ...about, askedUser, month: "2020-01" },
        sort: "owner" as const,
        value: `group:default/ours-${index}`,
      })),
    )
    .returning({ id: truthQuestions.id, askedUser: truthQuestions.askedUser });
  return {
    overlay: overlay.id,
    item: item?.id ?? "",
    version: version?.id ?? 0,
    questions: Object.fromEntries(asked.map(({ id, askedUser }) => [askedUser ?? "", id])),
  };
}
