import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { moment, sortableText, tsvector } from "#db/columns.ts";
import { sourceRepositories } from "./connections.ts";
import { connections } from "./core.ts";

/**
 * Where entries come from. One row also carries the life of its import: `run` is the fencing number of the
 * import that may write, so that a late or cancelled one changes nothing.
 */
export const locations = pgTable(
  "locations",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    type: text("type", { enum: ["folder", "git", "file", "portal", "custom", "people"] }).notNull(),
    target: sortableText("target").notNull(),
    state: text("state", { enum: ["waiting", "running", "imported", "failed", "cancelled"] })
      .notNull()
      .default("waiting"),
    step: text("step", { enum: ["fetching", "reading", "checking", "saving"] }),
    done: integer("done").notNull().default(0),
    total: integer("total").notNull().default(0),
    run: integer("run").notNull().default(0),
    startedAt: moment("started_at"),
    heartbeatAt: moment("heartbeat_at"),
    failure: text("failure"),
    /** Of the last import that succeeded. */
    importedAt: moment("imported_at"),
    commit: text("commit"),
    added: integer("added"),
    changed: integer("changed"),
    unchanged: integer("unchanged"),
    removed: integer("removed"),
    /** The connection through which it is read, and the repository that it is; null for what was registered by hand. */
    connectionId: uuid("connection_id").references(() => connections.id, { onDelete: "set null" }),
    repositoryId: uuid("repository_id").references(() => sourceRepositories.id, { onDelete: "set null" }),
    /** Read with a connection's credentials, so what lies there may be private. */
    readsWithCredentials: boolean("reads_with_credentials").notNull().default(false),
    /**
     * Whether it may say who people and teams are: roles and rights rest on that. Whoever can push to a repository that
     * was found by itself could otherwise name themselves a member of any team.
     */
    definesPeople: boolean("defines_people").notNull().default(true),
    isDemo: boolean("is_demo").notNull().default(false),
    createdAt: moment("created_at").notNull().defaultNow(),
    createdBy: text("created_by").notNull(),
  },
  (table) => [
    uniqueIndex("locations_target_key").on(table.target),
    index("locations_repository_idx").on(table.repositoryId),
    index("locations_connection_idx").on(table.connectionId),
  ],
);

/** One row, whose version is a new one after every change of entries: by it, processes know whether a total still holds. */
export const catalogueState = pgTable("catalogue_state", {
  id: text("id").primaryKey().default("only"),
  version: uuid("version").notNull(),
});

/**
 * One catalogue entry: what lists, filters and sorts need. Columns that end in _key hold lower case, for comparing.
 * Its documents lie in entity_bodies, so that scanning this table stays cheap.
 */
export const entities = pgTable(
  "entities",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    uid: uuid("uid").notNull().defaultRandom(),
    locationId: uuid("location_id")
      .notNull()
      .references(() => locations.id, { onDelete: "cascade" }),
    /** `kind:namespace/name`, lower case. */
    ref: sortableText("ref").notNull(),
    kind: text("kind").notNull(),
    kindKey: sortableText("kind_key").notNull(),
    namespace: text("namespace").notNull(),
    namespaceKey: sortableText("namespace_key").notNull(),
    name: text("name").notNull(),
    nameKey: sortableText("name_key").notNull(),
    /** Title or else name, lower case: the order of lists. */
    displayKey: sortableText("display_key").notNull(),
    apiVersion: text("api_version").notNull(),
    title: text("title"),
    description: text("description"),
    type: text("type"),
    typeKey: sortableText("type_key"),
    lifecycle: text("lifecycle"),
    lifecycleKey: sortableText("lifecycle_key"),
    ownerRef: sortableText("owner_ref"),
    systemRef: sortableText("system_ref"),
    tags: text("tags").array().notNull(),
    /** `owner/repository` on GitHub, lower case: how webhooks find their service. */
    projectSlug: text("project_slug"),
    verdict: text("verdict", { enum: ["valid", "invalid", "unrecognised"] }).notNull(),
    file: text("file").notNull(),
    line: integer("line").notNull(),
    sourceUrl: text("source_url"),
    /** SHA-256 of all that an import writes about it: equal means nothing to write. */
    contentHash: text("content_hash").notNull(),
    /** Since when its file, or its place in the file, is gone at the source. */
    fileGoneAt: moment("file_gone_at"),
    isDemo: boolean("is_demo").notNull().default(false),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
    /** Name, title, owner and tags without accents, for searching with typing errors. */
    searchText: text("search_text").notNull(),
    searchWords: tsvector("search_words").notNull(),
  },
  (table) => [
    uniqueIndex("entities_ref_key").on(table.ref),
    uniqueIndex("entities_uid_key").on(table.uid),
    index("entities_kind_name_idx").on(table.kindKey, table.nameKey, table.id),
    index("entities_name_idx").on(table.nameKey, table.id),
    index("entities_display_idx").on(table.displayKey, table.ref),
    index("entities_kind_display_idx").on(table.kindKey, table.displayKey, table.ref),
    index("entities_owner_idx").on(table.ownerRef),
    index("entities_system_idx").on(table.systemRef),
    index("entities_location_idx").on(table.locationId),
    index("entities_project_slug_idx").on(table.projectSlug),
    index("entities_search_words_idx").using("gin", table.searchWords),
    index("entities_search_text_idx").using("gin", sql`${table.searchText} gin_trgm_ops`),
  ],
);

/** The documents of an entry. REST sends `head` + relations + "}" without parsing them. */
export const entityBodies = pgTable("entity_bodies", {
  entityId: bigint("entity_id", { mode: "number" })
    .primaryKey()
    .references(() => entities.id, { onDelete: "cascade" }),
  /** The entry as JSON, without the closing brace. */
  head: text("head").notNull(),
  /** The same as its file has it, where the portal has laid something over it (entity_overlays); else null. */
  fileHead: text("file_head"),
  /** Its relations as a JSON list, in the order of type and target. */
  relations: text("relations").notNull(),
  /** Its document as it stands in the file. */
  yaml: text("yaml").notNull(),
});

/**
 * The entry flattened to lower-case `key` and `value`, for Backstage's filters and facets.
 * Keys that have a column of their own, and relations, are answered from there.
 * No foreign key: checking it row by row doubled the time of a large import. Whoever deletes entries deletes these first.
 */
export const entityFields = pgTable(
  "entity_fields",
  {
    entityId: bigint("entity_id", { mode: "number" }).notNull(),
    key: sortableText("key").notNull(),
    value: sortableText("value"),
    /** The value as written, where that differs from its lower case. */
    original: text("original"),
  },
  (table) => [
    // With `original`, so that facets are counted from the index alone.
    index("entity_fields_key_idx").on(table.key, table.value, table.entityId, table.original),
    index("entity_fields_entity_idx").on(table.entityId),
  ],
);

/** Relations in both directions; `origin_id` is the entry whose document states it. No foreign key, as above. */
export const entityRelations = pgTable(
  "entity_relations",
  {
    originId: bigint("origin_id", { mode: "number" }).notNull(),
    sourceRef: sortableText("source_ref").notNull(),
    type: sortableText("type").notNull(),
    targetRef: sortableText("target_ref").notNull(),
  },
  (table) => [
    index("entity_relations_source_idx").on(table.sourceRef, table.type, table.targetRef),
    index("entity_relations_origin_idx").on(table.originId),
  ],
);

/** What the last import of a location found wrong: with an entry, a file or the location as a whole. */
export const entityProblems = pgTable(
  "entity_problems",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    locationId: uuid("location_id")
      .notNull()
      .references(() => locations.id, { onDelete: "cascade" }),
    /** The entry that is meant, whether or not it came into the catalogue. */
    ref: sortableText("ref"),
    severity: text("severity", { enum: ["error", "warning", "info"] }).notNull(),
    message: text("message").notNull(),
    file: text("file"),
    line: integer("line"),
    column: integer("column"),
    /** JSON pointer of the field. */
    path: text("path"),
    /** The reference that leads nowhere: the problem is over when such an entry arrives. */
    target: sortableText("target"),
  },
  (table) => [
    index("entity_problems_target_idx").on(table.target),
    index("entity_problems_location_idx").on(table.locationId, table.id),
    index("entity_problems_ref_idx").on(table.ref),
  ],
);

/** Who else may read the contents of private repositories: a group, or everybody who works here. */
export const sourceReadingRules = pgTable("source_reading_rules", {
  id: uuid("id").primaryKey().defaultRandom(),
  /** As typed: `owner/repository`, with `*` for anything. */
  pattern: text("pattern").notNull(),
  /** The pattern for `like`, in lower case. */
  slugLike: text("slug_like").notNull(),
  /** Null: everybody who works here, guests excepted. */
  groupRef: text("group_ref"),
  createdAt: moment("created_at").notNull().defaultNow(),
  createdBy: text("created_by").notNull(),
});
