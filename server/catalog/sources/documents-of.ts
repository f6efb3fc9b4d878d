import { stringify } from "yaml";
import { invalid } from "#server/core/errors.ts";
import { takeTurns } from "#server/core/take-turns.ts";
import type { EntryDocument } from "../judge-entry.ts";
import { hasUnstorable } from "../read-documents.ts";

type Fields = Record<string, unknown>;

/** Entities that came as JSON, as documents with a text of their own. Others get their turn in between. */
export async function documentsOf(entities: readonly Fields[]): Promise<EntryDocument[]> {
  const documents: EntryDocument[] = [];
  const letOthersRun = takeTurns();
  for (const [index, entity] of entities.entries()) {
    if (hasUnstorable(entity))
      throw invalid(
        `entities[${index}] holds half of a surrogate pair, which cannot be stored`,
        `entities[${index}]`,
      );
    const value = stated(entity);
    const start = { line: 1, column: 1 };
    const text = stringify(value, { aliasDuplicateObjects: false });
    documents.push({ value, text, start, locate: () => start });
    await letOthersRun();
  }
  return documents;
}

const documentOrder = ["apiVersion", "kind", "metadata", "spec"];
const metadataOrder = ["name", "namespace", "title", "description", "labels", "annotations", "tags", "links"];
const ownAnnotations = ["managed-by-location", "managed-by-origin-location", "orphan"];

/**
 * What the sender states, in one order: without what the catalogue adds to its answers, so that an entity which was read
 * from it, here or in Backstage, can be sent back and counts as unchanged.
 */
function stated(entity: Fields): Fields {
  const { relations: _, status: __, ...document } = entity;
  if (!isGroup(document.metadata)) return document;
  const { uid: _uid, etag: _etag, ...metadata } = document.metadata;
  if (metadata.namespace === "default") delete metadata.namespace;
  if (isGroup(metadata.annotations)) {
    const annotations = { ...metadata.annotations };
    for (const name of ownAnnotations) delete annotations[`backstage.io/${name}`];
    if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
    else delete metadata.annotations;
  }
  return inOrder({ ...document, metadata: inOrder(metadata, metadataOrder) }, documentOrder);
}

const isGroup = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Named keys first, then the others as they came. */
function inOrder(fields: Fields, order: readonly string[]): Fields {
  const first = order.filter((key) => Object.hasOwn(fields, key));
  const rest = Object.keys(fields).filter((key) => !order.includes(key));
  return Object.fromEntries([...first, ...rest].map((key) => [key, fields[key]]));
}
