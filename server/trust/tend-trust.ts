import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { unjudgedKinds } from "./model.ts";
import { endProposals } from "./propose-owner.ts";
import { recomputeTrust } from "./recompute-trust.ts";
import { remind } from "./remind.ts";
import { drawTruth } from "./truth/draw-truth.ts";
import { monthOf } from "./truth/model.ts";

/** Documents of versions are kept this long, and so many of an entry; what changed is kept in words for longer. */
const keptTexts = { days: 400, ofAnEntry: 50 };
const keptVersionsDays = 3 * 365;
const keptCommitsDays = 400;

/** The daily round: confidence decays, what was put right is closed, what is too old goes, and once a month facts are drawn. */
export async function tendTrust(ctx: Ctx): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await endProposals(tx);
    await closeChangedItems(tx);
    await forgetOldThings(tx);
  });
  await recomputeTrust(ctx.db, ctx.now(), "all");
  if (await drawTruth(ctx)) await remind(ctx);
}

/** After an import: the same for what it brought. The demo's facts are drawn at once, so that there is something to see. */
export async function followImport(ctx: Ctx, input: { locationId: string }): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await endProposals(tx);
    await closeChangedItems(tx);
    await recomputeTrust(tx.db, tx.now(), input);
  });
  const [demo] = await ctx.db.execute(
    sql`select 1 from locations where id = ${input.locationId} and is_demo and not exists (
      select 1 from truth_rounds where month = ${monthOf(ctx.now())})`,
  );
  if (demo && (await drawTruth(ctx))) await remind(ctx);
}

/** What was said to be wrong and does not stand there any more is put right. */
export async function closeChangedItems(tx: Ctx): Promise<number> {
  const closed = await tx.db.execute(sql`
    update upkeep_items u set closed_at = ${tx.now().toISOString()}::timestamptz, closing_note = 'It was changed at its source'
    where u.closed_at is null and not exists (
      select 1 from entities e where e.uid = u.entity_uid and e.file_gone_at is null and case u.sort
        when 'owner' then e.owner_ref = u.value
        when 'lifecycle' then e.lifecycle = u.value
        when 'repository' then e.project_slug = u.value
        when 'description' then e.description = u.value
        when 'dependency' then exists (select 1 from entity_relations r
          where r.origin_id = e.id and r.source_ref = e.ref and r.type = 'dependsOn' and r.target_ref = u.value)
        when 'link' then exists (select 1 from entity_fields f
          where f.entity_id = e.id and f.key = 'metadata.links.url' and coalesce(f.original, f.value) = u.value)
        else true end)
    returning 1`);
  return closed.length;
}

async function forgetOldThings(tx: Ctx): Promise<void> {
  const daysAgo = (days: number) => new Date(tx.now().getTime() - days * 86_400_000);
  await tx.db.execute(sql`
    update entity_versions set before = null
    where before is not null and at < ${daysAgo(keptTexts.days).toISOString()}::timestamptz`);
  await tx.db.execute(sql`
    update entity_versions set before = null where id in (
      select id from (
        select id, row_number() over (partition by entity_uid order by id desc) as place
        from entity_versions where before is not null) as kept
      where place > ${keptTexts.ofAnEntry})`);
  await tx.db.execute(
    sql`delete from entity_versions where at < ${daysAgo(keptVersionsDays).toISOString()}::timestamptz and change = 'changed'`,
  );
  await tx.db.execute(
    sql`delete from catalogue_commits where at < ${daysAgo(keptCommitsDays).toISOString()}::timestamptz`,
  );
  // Who was asked is needed until the month after is over, and never again.
  const before = monthOf(new Date(Date.UTC(tx.now().getUTCFullYear(), tx.now().getUTCMonth() - 1, 1)));
  await tx.db.execute(
    sql`update truth_questions set asked_user = null where month < ${before} and asked_user is not null`,
  );
}

/** For the end of the demo: everything that is about its entries. Its catalogue has to be gone. */
export async function removeDemoTrust(tx: Ctx): Promise<void> {
  const tables = [
    "entity_versions",
    "entity_overlays",
    "entity_confirmations",
    "truth_questions",
    "truth_rounds",
    "upkeep_items",
    "owner_proposals",
  ];
  for (const table of tables) await tx.db.execute(sql`delete from ${sql.identifier(table)} where is_demo`);
  await tx.db.execute(sql`
    delete from entity_trust t where not exists (
      select 1 from entities e where e.ref = t.ref and e.kind_key <> all(${sql.param([...unjudgedKinds])}::text[]))`);
}
