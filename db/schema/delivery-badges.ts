import { sql } from "drizzle-orm";
import { index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, moment, sortableText } from "#db/columns.ts";
import { users } from "./identity.ts";

/** Images of one figure of one service, for pages that anybody may read. Whoever has the address sees it. */
export const deliveryBadges = pgTable(
  "delivery_badges",
  {
    id: uuid("id").primaryKey().default(sql`gen_random_uuid()`),
    entityRef: sortableText("entity_ref").notNull(),
    kind: text("kind", { enum: ["frequency", "lead_time", "last_deployment"] }).notNull(),
    /** SHA-256 of the token in its address, which is kept nowhere. */
    tokenHash: bytes("token_hash").notNull(),
    /** The token's last four characters, by which people tell them apart. */
    hint: text("hint").notNull(),
    createdAt: moment("created_at").notNull(),
    createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
    createdByName: text("created_by_name").notNull(),
    revokedAt: moment("revoked_at"),
  },
  (table) => [
    uniqueIndex("delivery_badges_token_key").on(table.tokenHash),
    index("delivery_badges_entry_idx").on(table.entityRef, table.createdAt),
  ],
);
