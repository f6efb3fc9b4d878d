import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, moment, sortableText, tsvector } from "#db/columns.ts";
import { locations } from "./catalog.ts";
import { sourceRepositories } from "./connections.ts";
import { users } from "./identity.ts";

/** The documentation of one entry, as its repository had it when it was last read. Written by jobs alone. */
export const docsSites = pgTable(
  "docs_sites",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    entityRef: sortableText("entity_ref").notNull(),
    locationId: uuid("location_id")
      .notNull()
      .references(() => locations.id, { onDelete: "cascade" }),
    /** Of `url:…`: the repository that the pages come from, whose readers are asked besides those of the location's. */
    repositoryId: uuid("repository_id").references(() => sourceRepositories.id, { onDelete: "cascade" }),
    /** The value of `backstage.io/techdocs-ref`. */
    reference: text("reference").notNull(),
    title: text("title").notNull(),
    description: text("description"),
    nav: jsonb("nav").notNull().default([]),
    /** mkdocs.yml in the repository, null where there is none. */
    configPath: text("config_path"),
    pages: integer("pages").notNull().default(0),
    /** How many links, anchors, images and places of the navigation lead nowhere. */
    broken: integer("broken").notNull().default(0),
    /** Why the newest try failed; what was rendered before stays. */
    failure: text("failure"),
    commit: text("commit"),
    /** SHA-256 of all that the pages are made of: equal means nothing to render. */
    fingerprint: text("fingerprint").notNull().default(""),
    /** When the source was last seen to say this, and when its pages last became others. */
    checkedAt: moment("checked_at").notNull(),
    changedAt: moment("changed_at"),
    isDemo: boolean("is_demo").notNull().default(false),
  },
  (table) => [
    uniqueIndex("docs_sites_entity_key").on(table.entityRef),
    index("docs_sites_location_idx").on(table.locationId),
    index("docs_sites_repository_idx").on(table.repositoryId),
  ],
);

/** A page as sanitised HTML: it is sent as it stands here. */
export const docsPages = pgTable(
  "docs_pages",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    siteId: bigint("site_id", { mode: "number" })
      .notNull()
      .references(() => docsSites.id, { onDelete: "cascade" }),
    /** Its address below the site: `guide/install`, "" for the first page. */
    path: sortableText("path").notNull(),
    /** The file in the repository. */
    file: text("file").notNull(),
    title: text("title").notNull(),
    html: text("html").notNull(),
    /** Headings for the table of contents: level, anchor, text. */
    contents: jsonb("contents").notNull().default([]),
    fileUrl: text("file_url"),
    contentHash: text("content_hash").notNull(),
    /** Why it could not be rendered: a sentence that is shown in its place. */
    failure: text("failure"),
    position: integer("position").notNull(),
    /** When its text was first seen to be another; null while it is the first one that was seen. */
    changedAt: moment("changed_at"),
  },
  (table) => [uniqueIndex("docs_pages_path_key").on(table.siteId, table.path)],
);

/** What stands under one heading, for searching: here and in the search of the portal. */
export const docsSections = pgTable(
  "docs_sections",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    siteId: bigint("site_id", { mode: "number" })
      .notNull()
      .references(() => docsSites.id, { onDelete: "cascade" }),
    entityRef: sortableText("entity_ref").notNull(),
    /** Page and heading: together the address below the site. The part before the first heading has no anchor. */
    path: sortableText("path").notNull(),
    anchor: text("anchor"),
    pageTitle: text("page_title").notNull(),
    title: text("title").notNull(),
    text: text("text").notNull(),
    words: tsvector("words")
      .notNull()
      .generatedAlwaysAs(
        sql`setweight(to_tsvector('simple', page_title || ' ' || title), 'A') || setweight(to_tsvector('english', page_title || ' ' || title), 'A') || to_tsvector('simple', text) || to_tsvector('english', text)`,
      ),
  },
  (table) => [
    index("docs_sections_site_idx").on(table.siteId),
    index("docs_sections_entity_idx").on(table.entityRef),
    index("docs_sections_words_idx").using("gin", table.words),
    // Titles and headings with typing errors.
    index("docs_sections_title_trgm_idx").using("gin", sql`lower(page_title || ' ' || title) gin_trgm_ops`),
  ],
);

/** Images that pages show, under their path in the repository. */
export const docsImages = pgTable(
  "docs_images",
  {
    siteId: bigint("site_id", { mode: "number" })
      .notNull()
      .references(() => docsSites.id, { onDelete: "cascade" }),
    path: sortableText("path").notNull(),
    /** SHA-256 in hex. */
    hash: text("hash").notNull(),
    mediaType: text("media_type").notNull(),
    bytes: bytes("bytes").notNull(),
  },
  (table) => [primaryKey({ name: "docs_images_key", columns: [table.siteId, table.path] })],
);

/** What leads nowhere, and what was left out. */
export const docsProblems = pgTable(
  "docs_problems",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    siteId: bigint("site_id", { mode: "number" })
      .notNull()
      .references(() => docsSites.id, { onDelete: "cascade" }),
    kind: text("kind", { enum: ["link", "anchor", "image", "navigation", "unsupported"] }).notNull(),
    /** The page that it stands on; null for the site as a whole. */
    path: text("path"),
    file: text("file"),
    target: text("target").notNull(),
    message: text("message").notNull(),
  },
  (table) => [index("docs_problems_site_idx").on(table.siteId, table.kind)],
);

/** "Was this useful?": one answer of a person about a page, kept when the page is rendered anew. */
export const docsVotes = pgTable(
  "docs_votes",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    entityRef: sortableText("entity_ref").notNull(),
    path: sortableText("path").notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    isUseful: boolean("is_useful").notNull(),
    comment: text("comment"),
    votedAt: moment("voted_at").notNull(),
  },
  (table) => [uniqueIndex("docs_votes_person_key").on(table.entityRef, table.path, table.userId)],
);
