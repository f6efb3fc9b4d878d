import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import type { Ctx } from "#server/core/context.ts";

/**
 * How two rows of the same key become one: what the later stamp says, or the smallest, the largest, what both say, what
 * either says, all that both list, or the word of the one that knows.
 */
export type Rule = "latest" | "earliest" | "last" | "both" | "either" | "union" | "known";

/** A table whose rows carry a stamp: `as_of` and `as_of_guid`. */
type StampedTable = PgTable & { asOf: PgColumn; asOfGuid: PgColumn };

export type MergePlan<Table extends StampedTable> = {
  table: Table;
  key: readonly (keyof Table["$inferInsert"] & string)[];
  /** Columns that are not named follow "latest". */
  rules?: Partial<Record<keyof Table["$inferInsert"] & string, Rule>>;
};

/** So that one statement stays small; a push alone can bring 2,048 commits. */
const mostRows = 2_000;

/**
 * Merges rows into a table by the plan's rules, which are the same whatever the order and however often a row comes.
 * Rows are written in the order of their keys, so that two workers never wait for each other in a circle.
 */
export async function mergeRows<Table extends StampedTable>(
  tx: Ctx,
  plan: MergePlan<Table>,
  rows: readonly Table["$inferInsert"][],
): Promise<void> {
  if (rows.length === 0) return;
  const columns = getTableColumns(plan.table) as Record<string, PgColumn>;
  const written = Object.entries(columns).filter(([, column]) => !column.generated);
  const names = sql.join(
    written.map(([, column]) => sql.identifier(column.name)),
    sql`, `,
  );
  const target = sql.join(
    plan.key.map((name) => sql.identifier(columns[name]?.name ?? name)),
    sql`, `,
  );
  for (const round of inRounds(rows, plan.key))
    for (let from = 0; from < round.length; from += mostRows) {
      const part = round.slice(from, from + mostRows).map((row) => toRecord(row, written));
      // One parameter for all rows: as a list of values, building the statement cost more than running it.
      await tx.db.execute(sql`
        insert into ${plan.table} (${names})
        select ${names} from jsonb_populate_recordset(null::${plan.table}, ${JSON.stringify(part)}::jsonb)
        on conflict (${target}) do update set ${mergeSet(plan, columns)}`);
    }
}

/** A row under the names of its columns. */
function toRecord(row: object, columns: readonly [string, PgColumn][]): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const [name, column] of columns) record[column.name] = (row as Record<string, unknown>)[name];
  return record;
}

function mergeSet<Table extends StampedTable>(
  plan: MergePlan<Table>,
  columns: Record<string, PgColumn>,
): SQL {
  const { asOf, asOfGuid } = plan.table;
  const isLater = sql`(excluded.as_of, excluded.as_of_guid) > (${asOf}, ${asOfGuid})`;
  const rules: Partial<Record<string, Rule>> = plan.rules ?? {};
  const set: SQL[] = [];
  for (const [name, column] of Object.entries(columns)) {
    if ((plan.key as readonly string[]).includes(name) || column.generated) continue;
    const theirs = sql`excluded.${sql.identifier(column.name)}`;
    const rule = rules[name] ?? "latest";
    set.push(sql`${sql.identifier(column.name)} = ${merged(rule, column, theirs, isLater)}`);
  }
  return sql.join(set, sql`, `);
}

/** LEAST and GREATEST pass over nulls. */
function merged(rule: Rule, ours: PgColumn, theirs: SQL, isLater: SQL): SQL {
  if (rule === "earliest") return sql`least(${ours}, ${theirs})`;
  if (rule === "last") return sql`greatest(${ours}, ${theirs})`;
  if (rule === "both") return sql`${ours} and ${theirs}`;
  if (rule === "either") return sql`${ours} or ${theirs}`;
  if (rule === "union")
    return sql`array(select distinct one from unnest(${ours} || ${theirs}) as one order by one)`;
  // For what never changes once it is known: any rule would do that does not depend on the order.
  if (rule === "known") return sql`greatest(${ours}, ${theirs})`;
  return sql`case when ${isLater} then ${theirs} else ${ours} end`;
}

/** One statement can write a key only once: the second row of a key goes into the second round, and so on. */
function inRounds<Row extends object>(rows: readonly Row[], key: readonly string[]): Row[][] {
  const keyed = rows.map((row) => ({
    row,
    key: JSON.stringify(key.map((name) => (row as Record<string, unknown>)[name])),
  }));
  keyed.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
  const rounds: Row[][] = [];
  let place = 0;
  let before: string | null = null;
  for (const { row, key: rowKey } of keyed) {
    place = rowKey === before ? place + 1 : 0;
    before = rowKey;
    const round = rounds[place];
    if (round) round.push(row);
    else rounds.push([row]);
  }
  return rounds;
}
