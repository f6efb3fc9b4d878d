import { type SQL, sql } from "drizzle-orm";
import { cutPage, keyset } from "#server/catalog/reads/keyset.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import type { FilterShadow, ListShadow } from "../inputs.ts";
import type { FieldDifference, RelationDifference, ShadowEntity, ShadowVerdict } from "../model.ts";
import { readShadowRefusal } from "../policy.ts";

type Row = {
  ref: string;
  kind: string;
  verdict: ShadowVerdict;
  fields: FieldDifference[] | null;
  relations: RelationDifference[] | null;
};

/** What the comparison found, by reference: of one verdict and kind, or all but what is the same. */
export async function readShadowEntities(
  ctx: Ctx,
  input: ListShadow,
): Promise<{ items: ShadowEntity[]; nextCursor: string | null; previousCursor: string | null }> {
  ensure(readShadowRefusal(ctx.actor));
  const keys = keyset([{ expression: sql`s.ref`, cast: sql`text collate "C"` }], false, input.cursor);
  const rows = await ctx.db.execute<Row & Record<string, unknown>>(sql`
    select s.ref, s.kind, s.verdict, s.fields, s.relations, ${keys.columns} from shadow_entities s
    where ${conditionOf(input)} and ${keys.condition ?? sql`true`} order by ${keys.orderBy} limit ${input.limit + 1}`);
  const page = cutPage([...rows], { limit: input.limit, cursor: input.cursor, columns: 1 });
  return {
    items: page.rows.map(toEntity),
    nextCursor: page.nextCursor,
    previousCursor: page.previousCursor,
  };
}

/** All that fit, a batch at a time. */
export async function* streamShadowEntities(ctx: Ctx, filter: FilterShadow): AsyncGenerator<ShadowEntity[]> {
  ensure(readShadowRefusal(ctx.actor));
  for (let after = ""; ; ) {
    const rows = await ctx.db.execute<Row>(sql`
      select s.ref, s.kind, s.verdict, s.fields, s.relations from shadow_entities s
      where ${conditionOf(filter)} and s.ref > ${after} collate "C" order by s.ref limit 500`);
    const last = rows.at(-1);
    if (!last) return;
    after = last.ref;
    yield rows.map(toEntity);
  }
}

const toEntity = ({ ref, kind, verdict, fields, relations }: Row): ShadowEntity => ({
  ref,
  kind,
  verdict,
  fields: fields ?? [],
  relations: relations ?? [],
});

function conditionOf({ verdict, kind, query }: FilterShadow): SQL {
  const conditions = [
    verdict ? sql`s.verdict = ${verdict}` : sql`s.verdict in ('different', 'missing', 'extra')`,
    ...(kind ? [sql`s.kind = ${kind.toLowerCase()}`] : []),
    ...(query ? [sql`position(${query.toLowerCase()} in s.ref) > 0`] : []),
  ];
  return sql.join(conditions, sql` and `);
}
