import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import type { Env } from "#server/core/env.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { hasKeys, type Keyring, makeKeyFile, readKeyring } from "#server/core/keyring.ts";
import { type SealedColumn, sealedColumns } from "#server/core/sealed-columns.ts";
import { doesOpen } from "./check-keyring.ts";
import { manageKeysRefusal } from "./policy.ts";
import "./events.ts";

/**
 * For a key that is lost for good: forgets every value that no key of the keyring opens, so that the portal starts again
 * and the secrets can be entered anew. Answers with what was forgotten, as table and row.
 */
export async function discardSealed(
  ctx: Ctx,
  env: Pick<Env, "MILEPOST_SECRET_KEY" | "dataDir">,
): Promise<string[]> {
  ensure(manageKeysRefusal(ctx.actor));
  return inTransaction(ctx, async (tx) => {
    if (!hasKeys(env)) makeKeyFile(env);
    const keyring = readKeyring(env);
    const gone: string[] = [];
    for (const place of sealedColumns) gone.push(...(await discardIn(tx, keyring, place)));
    const payload = { values: gone.length };
    if (gone.length > 0) await record(tx, { type: "key.lost", subjectId: keyring.active().id, payload });
    return gone;
  });
}

async function discardIn(tx: Ctx, keyring: Keyring, place: SealedColumn): Promise<string[]> {
  const [table, column, row] = [
    sql.identifier(place.table),
    sql.identifier(place.column),
    sql.raw(place.row),
  ];
  const found = await tx.db.execute<{ row: string; sealed: Buffer }>(
    sql`select ${row} as row, ${column} as sealed from ${table} where ${column} is not null for update`,
  );
  const closed = found.filter(
    (value) => !doesOpen(keyring, { table: place.table, row: value.row, column: place.column }, value.sealed),
  );
  for (const value of closed)
    await tx.db.execute(
      place.table === "installation"
        ? sql`update ${table} set ${column} = null where ${row} = ${value.row}`
        : sql`delete from ${table} where ${row} = ${value.row}`,
    );
  return closed.map((value) => `${place.table} ${value.row}`);
}
