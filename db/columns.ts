import { customType, timestamp } from "drizzle-orm/pg-core";

/** A moment, with time zone, as a Date. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Raw bytes as a Buffer. */
export const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

/** Text that sorts by code point, so that keyset pages do not depend on the server's locale. */
export const sortableText = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });

/** Full-text vector; written by the database only. */
export const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" });

/** The number of a transaction, as PostgreSQL counts them for ever (not the 32-bit one that wraps around). */
export const transactionId = customType<{ data: string }>({ dataType: () => "xid8" });
