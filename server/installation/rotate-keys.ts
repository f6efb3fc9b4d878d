import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { open, SealError, seal } from "#server/core/crypto.ts";
import type { Env } from "#server/core/env.ts";
import { ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import {
  type Keyring,
  keyFile,
  newKey,
  readKeyFile,
  readKeyring,
  replaceKeyFile,
} from "#server/core/keyring.ts";
import { type SealedColumn, sealedColumns } from "#server/core/sealed-columns.ts";
import { keyIdOf, readSealed } from "./check-keyring.ts";
import { manageKeysRefusal } from "./policy.ts";
import "./events.ts";

type KeySettings = Pick<Env, "MILEPOST_SECRET_KEY" | "dataDir">;

export type Rotation = {
  /** The id of the key that everything is sealed with now. */
  key: string;
  /** Whether this call made it; false when it is the operator's (environment), or when an earlier rotation went on. */
  isNew: boolean;
  /** Values that were sealed anew by this call. */
  resealed: number;
  /** Values that no key opens: table and row. They are as they were. */
  unreadable: string[];
};

const batchSize = 200;
/** Writers that began before the rotation may still bring values of the old key; each pass takes what the last one missed. */
const mostPasses = 5;

/**
 * Moves every sealed value to a new key, in batches, while the portal runs. A key file gets a new first key, and keeps
 * the others for opening; of MILEPOST_SECRET_KEY the first key is the new one. When it is broken off, the next call goes
 * on with the same key.
 */
export async function rotateKeys(ctx: Ctx, env: KeySettings): Promise<Rotation> {
  ensure(manageKeysRefusal(ctx.actor));
  const before = readKeyring(env);
  const isNew = before.source === "file" && !(await isHalfDone(ctx, before));
  if (isNew) await addKey(ctx, env, before);
  const keyring = isNew ? readKeyring(env) : before;
  const rotation: Rotation = { key: keyring.active().id, isNew, resealed: 0, unreadable: [] };
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const unreadable: string[] = [];
    let resealed = 0;
    for (const place of sealedColumns) resealed += await resealColumn(ctx, keyring, place, unreadable);
    rotation.resealed += resealed;
    rotation.unreadable = unreadable;
    if (resealed === 0) break;
  }
  if (rotation.resealed > 0) await recordResealing(ctx, rotation);
  return rotation;
}

/** An earlier rotation left values behind: there is a spare key, and something is not on the active one yet. */
async function isHalfDone(ctx: Ctx, keyring: Keyring): Promise<boolean> {
  if (keyring.all().length < 2) return false;
  const { id } = keyring.active();
  return (await readSealed(ctx, keyring)).some((group) => group.opens && group.keyId !== id);
}

/** Written to the audit log before the file is touched, and only kept when the file is. */
async function addKey(ctx: Ctx, env: KeySettings, before: Keyring): Promise<void> {
  const key = newKey();
  await inTransaction(ctx, async (tx) => {
    await record(tx, {
      type: "key.added",
      subjectId: key.id,
      payload: { former: before.active().id },
    });
    await tx.db.execute(sql`set constraints all immediate`);
    replaceKeyFile(env, [key, ...readKeyFile(keyFile(env))]);
  });
}

async function recordResealing(ctx: Ctx, { key, resealed, unreadable }: Rotation): Promise<void> {
  await inTransaction(ctx, (tx) =>
    record(tx, {
      type: "key.rotated",
      subjectId: key,
      payload: { values: resealed, unreadable: unreadable.length },
    }),
  );
}

async function resealColumn(
  ctx: Ctx,
  keyring: Keyring,
  place: SealedColumn,
  unreadable: string[],
): Promise<number> {
  let after: string | null = null;
  let resealed = 0;
  while (true) {
    const batch: Batch = await inTransaction(ctx, (tx) => resealBatch(tx, keyring, place, after, unreadable));
    resealed += batch.resealed;
    if (batch.last === null) return resealed;
    after = batch.last;
  }
}

type Batch = { resealed: number; last: string | null };

async function resealBatch(
  tx: Ctx,
  keyring: Keyring,
  place: SealedColumn,
  after: string | null,
  unreadable: string[],
): Promise<Batch> {
  const [table, column] = [sql.identifier(place.table), sql.identifier(place.column)];
  const row = sql.raw(place.row);
  const { id } = keyring.active();
  const found = await tx.db.execute<{ row: string; sealed: Buffer }>(sql`
    select ${row} as row, ${column} as sealed from ${table}
    where ${column} is not null and ${keyIdOf(sql`${column}`)} is distinct from ${id}
      and (${after}::text is null or (${row}) collate "C" > ${after})
    order by (${row}) collate "C" limit ${batchSize} for update`);
  let resealed = 0;
  for (const value of found) {
    const spot = { table: place.table, row: value.row, column: place.column };
    const plain = openOrNull(keyring, spot, value.sealed);
    if (plain === null) {
      unreadable.push(`${place.table} ${value.row}`);
      continue;
    }
    const sealed = seal(keyring, spot, plain);
    await tx.db.execute(sql`update ${table} set ${column} = ${sealed} where (${row}) = ${value.row}`);
    resealed += 1;
  }
  return { resealed, last: found.length < batchSize ? null : (found.at(-1)?.row ?? null) };
}

function openOrNull(keyring: Keyring, spot: Parameters<typeof open>[1], sealed: Buffer): string | null {
  try {
    return open(keyring, spot, sealed);
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}
