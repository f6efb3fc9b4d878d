import { sql } from "drizzle-orm";
import { events } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import { type Anchor, readHeads } from "#server/audit/anchors.ts";
import { verifyChain } from "#server/audit/verify-chain.ts";
import { record } from "#server/core/events.ts";
import { as } from "./database.ts";

export const tour = (subjectId: string, isDemo = false) =>
  ({ type: "tour.finished", subjectId, payload: { userName: subjectId }, isDemo }) as const;
export const revoked = (subjectId: string) =>
  ({ type: "token.revoked", subjectId, payload: { name: "x" } }) as const;

/** Changes rows as somebody with the owner's rights would who knows of the triggers. */
export async function tamper(db: Db, ...statements: string[]): Promise<void> {
  await db.transaction(async (tx) => {
    for (const table of ["events", "event_chain"])
      await tx.execute(sql.raw(`alter table ${table} disable trigger user`));
    for (const statement of statements) await tx.execute(sql.raw(statement));
    for (const table of ["events", "event_chain"])
      await tx.execute(sql.raw(`alter table ${table} enable trigger user`));
  });
}

export const verify = (db: Db, anchors: readonly Anchor[] = []) => verifyChain(as(db), anchors);
export const anchor = async (db: Db): Promise<Anchor[]> =>
  (await readHeads(as(db))).map(({ stream, position, hash }) => ({
    at: "2026-11-21T00:00:00.000Z",
    stream,
    position,
    hash,
  }));

/** Five events of one stream; answers with their ids. */
export async function beginChain(db: Db): Promise<number[]> {
  await tamper(db, "delete from events", "delete from event_chain");
  for (let index = 1; index <= 5; index += 1) await record(as(db), tour(`event ${index}`));
  return (await db.select({ id: events.id }).from(events).orderBy(events.id)).map(({ id }) => id);
}
