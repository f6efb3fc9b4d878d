import { sql } from "drizzle-orm";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import type { Env } from "#server/core/env.ts";
import { conflict, ensure } from "#server/core/errors.ts";
import { record } from "#server/core/events.ts";
import { keyFile, readKeyFile, readKeyring, replaceKeyFile } from "#server/core/keyring.ts";
import { sealedColumns } from "#server/core/sealed-columns.ts";
import { readSealed } from "./check-keyring.ts";
import { manageKeysRefusal } from "./policy.ts";
import "./events.ts";

/**
 * Drops the keys behind the active one, once nothing is sealed with them; answers with their ids. The keys of
 * MILEPOST_SECRET_KEY are the operator's to drop: there the answer says which may go. Throws `conflict` while a value
 * needs an old key.
 */
export async function finishRotation(
  ctx: Ctx,
  env: Pick<Env, "MILEPOST_SECRET_KEY" | "dataDir">,
): Promise<{ dropped: string[]; isByHand: boolean }> {
  ensure(manageKeysRefusal(ctx.actor));
  return inTransaction(ctx, async (tx) => {
    // Nobody writes a value of an old key between the look and the drop; who writes already is waited for.
    for (const { table } of sealedColumns)
      await tx.db.execute(sql`lock table ${sql.identifier(table)} in share mode`);
    const keyring = readKeyring(env);
    const { id } = keyring.active();
    const groups = await readSealed(tx, keyring);
    const left = groups.filter((group) => group.keyId !== id);
    if (left.length > 0)
      throw conflict(
        `Not finished: ${left.map(({ table, count }) => `${count} in ${table}`).join(", ")} still need an old key. ` +
          `Run "milepost keys rotate" first`,
      );
    const dropped = keyring
      .all()
      .map((key) => key.id)
      .filter((other) => other !== id);
    if (keyring.source === "environment") return { dropped, isByHand: true };
    for (const subjectId of dropped)
      await record(tx, { type: "key.dropped", subjectId, payload: { active: id } });
    await tx.db.execute(sql`set constraints all immediate`);
    if (dropped.length > 0) replaceKeyFile(env, readKeyFile(keyFile(env)).slice(0, 1));
    return { dropped, isByHand: false };
  });
}
