import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import { open } from "#server/core/crypto.ts";
import type { Keyring } from "#server/core/keyring.ts";
import { keyCheckPlace, type SealedColumn, sealedColumns } from "#server/core/sealed-columns.ts";

/** The text whose seal in `installation.key_check` tells the right keys from wrong ones. */
export const keyCheckText = "Milepost key check";

/** How many values of one table name one key, and whether they open. A null key id is a value of the release before. */
export type SealedGroup = { table: string; keyId: string | null; count: number; opens: boolean };

/** The id of the key in a sealed value's head; null for one of the release before. */
export const keyIdOf = (column: SQL): SQL => sql`
  case get_byte(${column}, 0) when 2
    then encode(substring(${column} from 3 for get_byte(${column}, 1)), 'escape') end`;

const isLive = ({ until }: SealedColumn): SQL => (until ? sql`${sql.identifier(until)} > now()` : sql`true`);

/** One value that was changed or moved does not make a key the wrong one: several of each key are tried. */
const samples = 20;

/**
 * What is sealed in the database, by table and key. A group opens when a value of it does; without a keyring nothing
 * does. For the start, for `doctor` and after a restore.
 */
export async function readSealed(ctx: Ctx, keyring: Keyring | null): Promise<SealedGroup[]> {
  const groups: SealedGroup[] = [];
  for (const place of sealedColumns) {
    const { table, column: name } = place;
    const column = sql.identifier(name);
    const rows = await ctx.db.execute<{
      key_id: string | null;
      row: string;
      sealed: Buffer;
      count: number;
    }>(sql`
      select key_id, row, sealed, count from (
        select *, row_number() over (partition by key_id order by row) as number,
          count(*) over (partition by key_id)::int as count
        from (
          select ${keyIdOf(sql`${column}`)} as key_id, ${sql.raw(place.row)} as row, ${column} as sealed
          from ${sql.identifier(table)} where ${column} is not null and ${isLive(place)}
        ) live
      ) numbered where number <= ${samples} order by key_id nulls first, number`);
    for (const keyId of new Set(rows.map((row) => row.key_id))) {
      const ofKey = rows.filter((row) => row.key_id === keyId);
      const opens = ofKey.some(({ row, sealed }) => doesOpen(keyring, { table, row, column: name }, sealed));
      groups.push({ table, keyId, count: ofKey[0]?.count ?? 0, opens });
    }
  }
  return groups;
}

/** Whether this very value opens; the key check has to say what it should besides. */
export function doesOpen(
  keyring: Keyring | null,
  place: Parameters<typeof open>[1],
  sealed: Buffer,
): boolean {
  if (!keyring) return false;
  try {
    const text = open(keyring, place, sealed);
    return place.table !== keyCheckPlace.table || text === keyCheckText;
  } catch {
    return false;
  }
}

/**
 * Why the portal must not run with these keys on this database, naming the keys that are wanted and what to set; null
 * when every sealed value can be opened. `place` says where the keys come from.
 */
export function keyringRefusal(
  groups: readonly SealedGroup[],
  keyring: Keyring | null,
  place: { file: string },
): string | null {
  const closed = groups.filter((group) => !group.opens);
  if (closed.length === 0) return null;
  const held = new Set(keyring?.all().map((key) => key.id));
  const wanted = [...new Set(closed.map(({ keyId }) => wantedWords(keyId, held)))].join(" and ");
  const where = [...new Set(closed.map(({ table }) => table))].join(", ");
  const source =
    keyring === null
      ? "there is no key at all"
      : `the keys of ${keyring.source === "file" ? place.file : "MILEPOST_SECRET_KEY"} do not open them`;
  return (
    `This database holds secrets (in ${where}) that were sealed with ${wanted}, but ${source}. ` +
    `Set MILEPOST_SECRET_KEY to the key that they were sealed with, or put the file ${place.file} of this installation back. ` +
    `Nothing was changed`
  );
}

function wantedWords(keyId: string | null, held: ReadonlySet<string>): string {
  if (keyId === null) return "the key of the release before (it had no id)";
  return held.has(keyId) ? `another key of the id "${keyId}"` : `the key "${keyId}"`;
}
