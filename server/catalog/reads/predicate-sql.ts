import { type SQL, sql } from "drizzle-orm";
import type { Actor } from "#server/core/actor.ts";
import type { FieldMatch, Predicate } from "../entity-predicate.ts";
import { inverseRelation } from "../model.ts";
import { isVisibleRef } from "../visible-entities.ts";
import { contentFields } from "./document-text.ts";
import { allOf } from "./filter-entities.ts";

/** Fields with a column of their own: lower case for comparing, and as written for showing. */
const columns: Readonly<Record<string, { key: SQL; shown: SQL }>> = {
  kind: { key: sql`e.kind_key`, shown: sql`e.kind` },
  "metadata.name": { key: sql`e.name_key`, shown: sql`e.name` },
  "metadata.namespace": { key: sql`e.namespace_key`, shown: sql`e.namespace` },
  "metadata.uid": { key: sql`e.uid::text`, shown: sql`e.uid::text` },
  "spec.type": { key: sql`e.type_key`, shown: sql`e.type` },
  "spec.lifecycle": { key: sql`e.lifecycle_key`, shown: sql`e.lifecycle` },
};

const nullable = new Set(["spec.type", "spec.lifecycle"]);

export const columnOf = (key: string) => (Object.hasOwn(columns, key) ? columns[key] : undefined);

const canonicalRelation = new Map(Object.keys(inverseRelation).map((type) => [type.toLowerCase(), type]));

/** The relation that a key such as `relations.ownedby` asks for, in its own spelling. */
export function relationOf(key: string): string | null {
  if (!key.startsWith("relations.")) return null;
  const name = key.slice("relations.".length);
  return canonicalRelation.get(name) ?? name;
}

const list = (texts: readonly string[]): SQL =>
  texts.length > 0
    ? sql.join(
        texts.map((text) => sql`${text}`),
        sql`, `,
      )
    : sql`null`;

/** For `like`: the text itself, wherever it stands or at the beginning. */
export const likePattern = (text: string, where: "anywhere" | "start"): string =>
  `${where === "anywhere" ? "%" : ""}${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

function matches(value: SQL, match: FieldMatch): SQL {
  if ("exists" in match) return sql`${value} is not null`;
  if ("prefix" in match) return sql`${value} like ${likePattern(match.prefix, "start")}`;
  return sql`${value} in (${list(match.in)})`;
}

function fieldCondition(actor: Actor, key: string, match: FieldMatch): SQL {
  const column = columnOf(key);
  if (column) {
    const condition = matches(column.key, match);
    // A comparison with nothing is neither true nor false, which a "not" around it would keep; it also hides indexes.
    return nullable.has(key) ? sql`coalesce(${condition}, false)` : condition;
  }
  const relation = relationOf(key);
  if (relation) return relationCondition(actor, relation, match);
  if (contentFields.has(key) && !("exists" in match)) return sql`false`;
  const value = "exists" in match ? sql`true` : matches(sql`f.value`, match);
  return sql`e.id in (select f.entity_id from entity_fields f where f.key = ${key} and ${value})`;
}

/**
 * Both directions are stored, so that the opposite of a relation finds its sources by index. A relation with an entry
 * that the actor does not see is no relation to them.
 */
function relationCondition(actor: Actor, type: string, match: FieldMatch): SQL {
  const inverse = inverseRelation[type];
  if (inverse && "in" in match)
    return sql`e.ref in (select r.target_ref from entity_relations r
      where ${allOf([
        sql`r.source_ref in (${list(match.in)}) and r.type = ${inverse}`,
        isVisibleRef(actor, sql`r.source_ref`),
      ])})`;
  return sql`e.ref in (select r.source_ref from entity_relations r
    where ${allOf([
      sql`r.type = ${type} and ${matches(sql`r.target_ref`, match)}`,
      isVisibleRef(actor, sql`r.target_ref`),
    ])})`;
}

/** A predicate as a condition on `entities e`, true of what the actor can know. */
export function predicateCondition(actor: Actor, predicate: Predicate): SQL {
  if ("not" in predicate) return sql`not ${predicateCondition(actor, predicate.not)}`;
  if ("key" in predicate) return fieldCondition(actor, predicate.key, predicate.match);
  const isAll = "all" in predicate;
  const parts = (isAll ? predicate.all : predicate.any).map((part) => predicateCondition(actor, part));
  if (parts.length === 0) return isAll ? sql`true` : sql`false`;
  return sql`(${sql.join(parts, isAll ? sql` and ` : sql` or `)})`;
}

export type FullText = { term: string; fields: string[] };

/** Entries that have the term somewhere in one of these fields. */
export function fullTextCondition({ term, fields }: FullText): SQL {
  const pattern = likePattern(term.toLowerCase(), "anywhere");
  const conditions = fields.map((field) => {
    const key = field.toLowerCase();
    if (contentFields.has(key)) return sql`false`;
    const column = columnOf(key);
    return column
      ? sql`${column.key} like ${pattern}`
      : sql`e.id in (select f.entity_id from entity_fields f where f.key = ${key} and f.value like ${pattern})`;
  });
  return sql`(${sql.join(conditions, sql` or `)})`;
}

/** The value by which entries are sorted for a field; the least of several values, null where there is none. */
export function sortValue(actor: Actor, field: string): SQL {
  const key = field.toLowerCase();
  if (contentFields.has(key)) return sql`null::text`;
  const relation = relationOf(key);
  if (relation)
    return sql`(select min(r.target_ref) from entity_relations r where ${allOf([
      sql`r.source_ref = e.ref and r.type = ${relation}`,
      isVisibleRef(actor, sql`r.target_ref`),
    ])})`;
  return (
    columnOf(key)?.key ??
    sql`(select min(f.value) from entity_fields f where f.entity_id = e.id and f.key = ${key})`
  );
}
