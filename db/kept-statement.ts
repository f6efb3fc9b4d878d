import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type { Db } from "./types.ts";

/**
 * For a statement that is asked very often: built once for each pool, and read by PostgreSQL once for each connection
 * (`prepare` with a name), so that asking is one way there and back instead of two. Its text has to be always the same.
 */
export function keptStatement<Statement>(build: (db: Db) => Statement): (db: Db) => Statement {
  const kept = new WeakMap<Db, Statement>();
  return (db) => {
    const known = kept.get(db) ?? build(db);
    kept.set(db, known);
    return known;
  };
}

const dialect = new PgDialect();

/** Statements of more parameters are of too many forms to be kept, each in every connection. */
const mostParameters = 8;

/** As `db.execute`, for a query of a few forms that is asked very often: PostgreSQL reads each form once for each connection. */
export async function askKept<Row>(db: Db, query: SQL): Promise<readonly Row[]> {
  const built = dialect.sqlToQuery(query);
  const name = built.params.length > mostParameters ? undefined : "kept";
  return (await db._.session.prepareQuery(built, undefined, name, false).execute()) as readonly Row[];
}
