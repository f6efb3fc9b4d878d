import type { PgDatabase } from "drizzle-orm/pg-core";
import type { PostgresJsQueryResultHKT } from "drizzle-orm/postgres-js";

/** The pool or a transaction: domain code cannot tell, and need not. */
export type Db = PgDatabase<PostgresJsQueryResultHKT, Record<string, never>>;
