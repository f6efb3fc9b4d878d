import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, moment } from "#db/columns.ts";
import { connections } from "./core.ts";

/** Somebody who may sign in. `person_ref` ties them to a User of the catalogue: "my services" and ownership rest on it. */
export const users = pgTable(
  "users",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    name: text("name").notNull(),
    role: text("role", { enum: ["guest", "developer", "leader", "platform", "admin"] }).notNull(),
    /** Where the role came from: a mapped group may change what a group gave, never what an admin gave by hand. */
    roleSource: text("role_source", { enum: ["admin", "groups", "setup", "demo"] })
      .notNull()
      .default("groups"),
    /** The groups that a guest is limited to, as catalogue refs; empty for everybody else. */
    guestGroupRefs: text("guest_group_refs").array().notNull().default(sql`'{}'::text[]`),
    /** For display only: nobody is ever found by it. */
    email: text("email"),
    personRef: text("person_ref"),
    personLinkedBy: text("person_linked_by", { enum: ["claim", "github", "admin", "demo"] }),
    /** Why the last sign-in could not tell who of the catalogue this is; for the queue of the unmatched. */
    personNote: text("person_note"),
    /** What the choice says on the evaluation's sign-in page; null for everybody else. */
    demoTitle: text("demo_title"),
    demoRank: text("demo_rank"),
    isDemo: boolean("is_demo").notNull().default(false),
    tourFinishedAt: moment("tour_finished_at"),
    hasShortcuts: boolean("has_shortcuts").notNull().default(true),
    disabledAt: moment("disabled_at"),
    disabledReason: text("disabled_reason"),
    /** Whom SCIM disabled, SCIM may enable again; what an admin did, only an admin undoes. */
    disabledVia: text("disabled_via", { enum: ["admin", "scim"] }),
    signedInAt: moment("signed_in_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  // One person of the catalogue is at most one user, so that nobody shares what somebody owns.
  (table) => [uniqueIndex("users_person_ref_key").on(table.personRef)],
);

/** Who an identity provider says somebody is. The key is issuer and subject, and nothing else: never an e-mail address. */
export const accounts = pgTable(
  "accounts",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    connectionId: uuid("connection_id").references(() => connections.id, { onDelete: "set null" }),
    issuer: text("issuer").notNull(),
    subject: text("subject").notNull(),
    name: text("name").notNull(),
    email: text("email"),
    /** The name at the provider, such as a GitHub login. */
    login: text("login"),
    /** As the provider named them at the last sign-in. */
    groupNames: text("group_names").array().notNull().default(sql`'{}'::text[]`),
    /** Claims that a person may be matched by; no tokens. */
    claims: jsonb("claims").notNull().default({}),
    createdAt: moment("created_at").notNull().defaultNow(),
    signedInAt: moment("signed_in_at").notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex("accounts_issuer_subject_key").on(table.issuer, table.subject),
    index("accounts_user_idx").on(table.userId),
    index("accounts_connection_idx").on(table.connectionId),
  ],
);

/**
 * A sign-in that is under way at a provider. The row is found by the hash of `state` and is bound to the browser that
 * began it and to one provider; it is deleted when it is used, so that no answer counts twice.
 */
export const signInAttempts = pgTable(
  "sign_in_attempts",
  {
    stateHash: bytes("state_hash").primaryKey(),
    browserHash: bytes("browser_hash").notNull(),
    connectionId: uuid("connection_id").references(() => connections.id, { onDelete: "cascade" }),
    purpose: text("purpose", { enum: ["sign-in", "link", "confirm", "setup"] }).notNull(),
    /** Of "link" and "confirm": the person who is signed in already. */
    userId: uuid("user_id").references(() => users.id, { onDelete: "cascade" }),
    /** PKCE verifier and nonce, sealed. */
    sealed: bytes("sealed").notNull(),
    returnTo: text("return_to").notNull().default("/"),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
  },
  (table) => [index("sign_in_attempts_expires_idx").on(table.expiresAt)],
);

/** A single-use link that signs an admin in when the identity provider is broken. */
export const signInLinks = pgTable("sign_in_links", {
  tokenHash: bytes("token_hash").primaryKey(),
  userId: uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" }),
  createdAt: moment("created_at").notNull().defaultNow(),
  expiresAt: moment("expires_at").notNull(),
  usedAt: moment("used_at"),
});

/**
 * "Who is in this group has this role"; the strongest role of all groups wins. A group of a provider is named together
 * with the provider, so that no other can claim it. The source "everybody" is for those whom no other row names.
 */
export const groupRoles = pgTable(
  "group_roles",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    source: text("source", { enum: ["claim", "github", "scim", "ldap", "catalog", "everybody"] }).notNull(),
    /** Null for "catalog" and "everybody". */
    connectionId: uuid("connection_id").references(() => connections.id, { onDelete: "cascade" }),
    groupName: text("group_name").notNull(),
    role: text("role", { enum: ["guest", "developer", "leader", "platform", "admin"] }).notNull(),
    /** What guests of this group may see; empty for other roles. */
    guestGroupRefs: text("guest_group_refs").array().notNull().default(sql`'{}'::text[]`),
    createdAt: moment("created_at").notNull().defaultNow(),
    createdByName: text("created_by_name").notNull(),
  },
  (table) => [
    uniqueIndex("group_roles_group_key").on(
      table.source,
      sql`coalesce(${table.connectionId}, '00000000-0000-0000-0000-000000000000')`,
      table.groupName,
    ),
    index("group_roles_connection_idx").on(table.connectionId),
  ],
);

/** Who looks after a team's matters in the portal besides those who run it. */
export const teamMaintainers = pgTable(
  "team_maintainers",
  {
    groupRef: text("group_ref").notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: moment("created_at").notNull().defaultNow(),
    createdByName: text("created_by_name").notNull(),
  },
  (table) => [
    primaryKey({ name: "team_maintainers_pk", columns: [table.groupRef, table.userId] }),
    index("team_maintainers_user_idx").on(table.userId),
  ],
);

/** What somebody who left still owned, until it has a new owner. */
export const ownershipReviews = pgTable(
  "ownership_reviews",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    entityRef: text("entity_ref").notNull(),
    formerOwnerRef: text("former_owner_ref").notNull(),
    formerOwnerName: text("former_owner_name").notNull(),
    /** The teams that the former owner was in directly: their maintainers may settle it. */
    groupRefs: text("group_refs").array().notNull().default(sql`'{}'::text[]`),
    createdAt: moment("created_at").notNull().defaultNow(),
    resolvedAt: moment("resolved_at"),
    resolvedByName: text("resolved_by_name"),
    note: text("note"),
  },
  (table) => [
    uniqueIndex("ownership_reviews_open_key")
      .on(table.entityRef, table.formerOwnerRef)
      .where(sql`${table.resolvedAt} is null`),
  ],
);

/** Somebody who is a program: has tokens and teams, never a session. */
export const serviceAccounts = pgTable(
  "service_accounts",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    name: text("name").notNull(),
    role: text("role", { enum: ["guest", "developer", "leader", "platform", "admin"] }).notNull(),
    groupRefs: text("group_refs").array().notNull().default(sql`'{}'::text[]`),
    createdByName: text("created_by_name").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    disabledAt: moment("disabled_at"),
  },
  (table) => [uniqueIndex("service_accounts_name_key").on(sql`lower(${table.name})`)],
);

/** A signed-in browser. Only the SHA-256 of the cookie is kept. */
export const sessions = pgTable(
  "sessions",
  {
    tokenHash: bytes("token_hash").primaryKey(),
    /** What the list of one's own sessions names; of no use for signing in. */
    id: uuid("id").notNull().defaultRandom(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Null for a demo person and for a sign-in link. */
    accountId: uuid("account_id").references(() => accounts.id, { onDelete: "cascade" }),
    via: text("via", { enum: ["demo", "provider", "link"] })
      .notNull()
      .default("demo"),
    /** When this person last proved who they are; weighty changes ask for a recent moment. */
    authenticatedAt: moment("authenticated_at").notNull().defaultNow(),
    address: text("address"),
    createdAt: moment("created_at").notNull().defaultNow(),
    seenAt: moment("seen_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
    userAgent: text("user_agent"),
  },
  (table) => [
    uniqueIndex("sessions_id_key").on(table.id),
    index("sessions_user_idx").on(table.userId),
    index("sessions_account_idx").on(table.accountId),
    index("sessions_expires_idx").on(table.expiresAt),
  ],
);

/** A key for scripts. Only its SHA-256 is kept; `hint` is its last four characters. */
export const apiTokens = pgTable(
  "api_tokens",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    name: text("name").notNull(),
    tokenHash: bytes("token_hash").notNull(),
    hint: text("hint").notNull(),
    role: text("role", { enum: ["guest", "developer", "leader", "platform", "admin"] }).notNull(),
    scopes: text("scopes", { enum: ["read", "write", "metrics", "catalog-write", "delivery-write"] })
      .array()
      .notNull(),
    /** The program that the token belongs to; null for one that a person made. */
    serviceAccountId: uuid("service_account_id").references(() => serviceAccounts.id, {
      onDelete: "cascade",
    }),
    createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
    /** Stays when the person is gone. */
    createdByName: text("created_by_name").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
    revokedAt: moment("revoked_at"),
    usedAt: moment("used_at"),
  },
  (table) => [
    uniqueIndex("api_tokens_hash_key").on(table.tokenHash),
    uniqueIndex("api_tokens_live_name_key")
      .on(sql`lower(${table.name})`)
      .where(sql`${table.revokedAt} is null`),
    check("api_tokens_scopes_not_empty", sql`cardinality(${table.scopes}) > 0`),
  ],
);
