import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { moment, sortableText } from "#db/columns.ts";
import { users } from "./identity.ts";

/** What these tables say is about an entry by its uid, which stays when it is imported again; `ref` is how it was called. */
const ofEntry = () => ({
  entityUid: uuid("entity_uid").notNull(),
  ref: sortableText("ref").notNull(),
  isDemo: boolean("is_demo").notNull().default(false),
});

/** One field that an import changed: JSON pointer, what stood there and what stands there now, clipped; null: nothing. */
export type FieldChange = { at: string; from: string | null; to: string | null };

/**
 * What imports did to an entry, the newest last. `before` is its document until then, so that the first import of ten
 * thousand entries copies none of them; the newest document lies in entity_bodies. No foreign keys: history stays when
 * its entry goes.
 */
export const entityVersions = pgTable(
  "entity_versions",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    ...ofEntry(),
    at: moment("at").notNull(),
    change: text("change", {
      enum: ["appeared", "changed", "gone", "returned", "taken-over", "renamed"],
    }).notNull(),
    changes: jsonb("changes").$type<FieldChange[]>().notNull().default([]),
    before: text("before"),
    locationId: uuid("location_id").notNull(),
    file: text("file").notNull(),
    line: integer("line").notNull(),
    sourceUrl: text("source_url"),
    commit: text("commit"),
    /** Who made that commit, where the commit itself said so and brought nothing else since the import before. */
    author: text("author"),
  },
  (table) => [
    index("entity_versions_entry_idx").on(table.entityUid, table.id),
    index("entity_versions_at_idx").on(table.at),
  ],
);

/** Annotations and links that people added in the portal, beside the file. Where the file has the same, the file counts. */
export const entityOverlays = pgTable(
  "entity_overlays",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    ...ofEntry(),
    kind: text("kind", { enum: ["annotation", "link"] }).notNull(),
    /** The annotation's key, or the link's address. */
    key: sortableText("key").notNull(),
    /** The annotation's value, or the link's title. */
    value: text("value").notNull(),
    addedAt: moment("added_at").notNull(),
    addedByName: text("added_by_name").notNull(),
    /** Since when the file says something under the same key; null while the addition counts. */
    supersededAt: moment("superseded_at"),
  },
  (table) => [
    uniqueIndex("entity_overlays_key").on(table.entityUid, table.kind, table.key),
    index("entity_overlays_ref_idx").on(table.ref),
  ],
);

/** "Still right", said by an owner of the whole entry (`fact` is empty) or of one field. */
export const entityConfirmations = pgTable(
  "entity_confirmations",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    ...ofEntry(),
    fact: text("fact").notNull(),
    at: moment("at").notNull(),
    byName: text("by_name").notNull(),
  },
  (table) => [index("entity_confirmations_entry_idx").on(table.entityUid, table.id)],
);

/** How sure an entry is, of 0 to 1, as server/trust/model.ts computes it; written anew each day and at each change. */
export const entityTrust = pgTable(
  "entity_trust",
  {
    ref: sortableText("ref").primaryKey(),
    entityUid: uuid("entity_uid").notNull(),
    confidence: real("confidence").notNull(),
    state: text("state", { enum: ["fresh", "fading", "stale"] }).notNull(),
    confirmedAt: moment("confirmed_at"),
    confirmedBy: text("confirmed_by"),
    /** When a person last changed its file, as far as imports saw it. */
    changedAt: moment("changed_at"),
    computedAt: moment("computed_at").notNull(),
  },
  (table) => [index("entity_trust_confidence_idx").on(table.confidence, table.ref)],
);

/** The draw of a month: with the seed and the same catalogue anybody draws the same facts again. */
export const truthRounds = pgTable("truth_rounds", {
  /** `2026-11` */
  month: text("month").primaryKey(),
  seed: text("seed").notNull(),
  drawnAt: moment("drawn_at").notNull(),
  /** Of each sort of facts, how many there were. */
  population: jsonb("population").$type<Record<string, number>>().notNull(),
  isDemo: boolean("is_demo").notNull().default(false),
});

/** One fact that somebody is asked about. Who was asked is forgotten when the month is over. */
export const truthQuestions = pgTable(
  "truth_questions",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    month: text("month")
      .notNull()
      .references(() => truthRounds.month, { onDelete: "cascade" }),
    ...ofEntry(),
    sort: text("sort", {
      enum: ["owner", "lifecycle", "dependency", "link", "repository", "description"],
    }).notNull(),
    /** What is stated: a reference, a word, an address. */
    value: text("value").notNull(),
    askedUser: uuid("asked_user").references(() => users.id, { onDelete: "set null" }),
    answer: text("answer", { enum: ["right", "wrong", "unknown"] }),
    answeredAt: moment("answered_at"),
  },
  (table) => [
    uniqueIndex("truth_questions_fact_key").on(table.month, table.entityUid, table.sort, table.value),
    index("truth_questions_asked_idx").on(table.askedUser).where(sql`${table.answer} is null`),
  ],
);

/** Something that an owner said is wrong in the catalogue, until it is put right. */
export const upkeepItems = pgTable(
  "upkeep_items",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    ...ofEntry(),
    sort: text("sort").notNull(),
    value: text("value").notNull(),
    note: text("note").notNull(),
    openedAt: moment("opened_at").notNull(),
    closedAt: moment("closed_at"),
    closedByName: text("closed_by_name"),
    closingNote: text("closing_note"),
  },
  (table) => [
    uniqueIndex("upkeep_items_open_key")
      .on(table.entityUid, table.sort, table.value)
      .where(sql`${table.closedAt} is null`),
    index("upkeep_items_open_idx").on(table.openedAt).where(sql`${table.closedAt} is null`),
  ],
);

/** Whom somebody named as the next owner, with the reason; it ends when the file says so, or something else. */
export const ownerProposals = pgTable(
  "owner_proposals",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    ...ofEntry(),
    formerOwnerRef: sortableText("former_owner_ref"),
    ownerRef: sortableText("owner_ref").notNull(),
    evidence: text("evidence").array().notNull(),
    at: moment("at").notNull(),
    byName: text("by_name").notNull(),
    endedAt: moment("ended_at"),
    endedAs: text("ended_as", { enum: ["in the file", "another owner", "withdrawn"] }),
  },
  (table) => [
    uniqueIndex("owner_proposals_open_key").on(table.entityUid).where(sql`${table.endedAt} is null`),
    index("owner_proposals_ref_idx").on(table.ref),
  ],
);

/** Commits that touched a catalogue file, with who made them: what a push said, for the history of entries. */
export const catalogueCommits = pgTable(
  "catalogue_commits",
  {
    /** `owner/name` in lower case. */
    slug: sortableText("slug").notNull(),
    sha: text("sha").notNull(),
    author: text("author").notNull(),
    title: text("title").notNull(),
    at: moment("at").notNull(),
    paths: text("paths").array().notNull(),
  },
  (table) => [
    primaryKey({ name: "catalogue_commits_pk", columns: [table.slug, table.sha] }),
    index("catalogue_commits_at_idx").on(table.slug, table.at),
  ],
);

/** Which teams work in a repository, by the month of their last commit there: of teams only, never how much or who. */
export const repositoryTeams = pgTable(
  "repository_teams",
  {
    slug: sortableText("slug").notNull(),
    groupRef: sortableText("group_ref").notNull(),
    /** `2026-11` */
    lastMonth: text("last_month").notNull(),
  },
  (table) => [primaryKey({ name: "repository_teams_pk", columns: [table.slug, table.groupRef] })],
);
