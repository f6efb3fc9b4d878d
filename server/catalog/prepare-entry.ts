import { createHash } from "node:crypto";
import { type EntityField, fieldsOf } from "./entity-fields.ts";
import { formatRef, normaliseRef } from "./entity-ref.ts";
import type { Verdict } from "./model.ts";
import type { Relation } from "./relations.ts";
import { plainText, wordsOf } from "./search-text.ts";
import type { EntityVerdict } from "./validate-entity.ts";

/** Where a document stands: file inside the location, line, and how Backstage's annotations name the place. */
export type DocumentPlace = {
  file: string;
  line: number;
  url: string | null;
  /** `url:…` or `file:…` of the file, and of the location as a whole. */
  managedBy: string;
  origin: string;
  /** What a Component gets for an annotation unless it says otherwise. */
  annotations?: Readonly<Record<string, string>> | undefined;
};

/** All that an import writes about one entry; the database adds id and uid. */
export type PreparedEntry = {
  ref: string;
  kind: string;
  namespace: string;
  name: string;
  apiVersion: string;
  title: string | null;
  description: string | null;
  type: string | null;
  lifecycle: string | null;
  ownerRef: string | null;
  systemRef: string | null;
  tags: string[];
  projectSlug: string | null;
  verdict: Verdict;
  file: string;
  line: number;
  sourceUrl: string | null;
  displayKey: string;
  searchText: string;
  /** Words by weight: A name and title, B type, owner, system, tags, C description. */
  searchWords: { a: string; b: string; c: string };
  /** The JSON document after `{"metadata":{"uid":"…",` and without the last brace. */
  headRest: string;
  yaml: string;
  fields: EntityField[];
  relations: Relation[];
  contentHash: string;
};

type Spec = Record<string, unknown>;

const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const groupOf = (value: unknown): Spec =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Spec) : {};

/** Columns are indexed, and an index entry has an end. */
const indexable = (ref: string | null) => (ref !== null && Buffer.byteLength(ref) <= 500 ? ref : null);
const columnText = (value: unknown): string | null => textOf(value)?.slice(0, 500) ?? null;

/**
 * Makes an entry of a document that has a readable reference, whatever its verdict. Columns are read leniently, so that
 * an invalid document is shown with what it does say; relations are those of valid documents.
 */
export function prepareEntry(
  document: Record<string, unknown>,
  verdict: EntityVerdict & { ref: NonNullable<EntityVerdict["ref"]> },
  place: DocumentPlace,
  yaml: string,
): PreparedEntry {
  const { ref } = verdict;
  const spec = groupOf(document.spec);
  const metadata = completeMetadata(groupOf(document.metadata), ref.namespace, place, ref.kind);
  const { metadata: _, relations: _relations, status: _status, ...others } = document;
  const entity = { metadata, ...others };
  const columns = columnsOf(metadata, spec, ref.namespace);
  const etag = hash(JSON.stringify(entity));
  const headRest = `"etag":"${etag.slice(0, 40)}",${JSON.stringify(metadata).slice(1)},${JSON.stringify(others).slice(1, -1)}`;
  const refText = formatRef(ref);
  return {
    ref: refText,
    ...ref,
    apiVersion: textOf(document.apiVersion) ?? "",
    ...columns,
    verdict: verdict.verdict,
    file: place.file,
    line: place.line,
    sourceUrl: place.url,
    displayKey: plainText(columns.title ?? ref.name).slice(0, 150),
    ...searchOf(ref.name, columns, ref.kind),
    headRest,
    yaml,
    fields: fieldsOf(entity),
    relations: verdict.relations.filter(({ source, target }) => indexable(source) && indexable(target)),
    contentHash: hash(`${headRest}\n${place.file}\n${place.url}\n${verdict.verdict}\n${yaml}`),
  };
}

const hash = (text: string) => createHash("sha256").update(text).digest("hex");

/** As Backstage returns it: with the namespace, and with where the document came from. */
function completeMetadata(metadata: Spec, namespace: string, place: DocumentPlace, kind: string): Spec {
  const { uid: _uid, etag: _etag, ...stated } = metadata;
  const pages = place.url
    ? {
        "backstage.io/view-url": place.url,
        "backstage.io/source-location": `url:${place.url.replace(/[^/]*$/, "")}`,
      }
    : {};
  return {
    namespace,
    ...stated,
    annotations: {
      ...pages,
      ...(kind.toLowerCase() === "component" ? place.annotations : undefined),
      ...groupOf(metadata.annotations),
      "backstage.io/managed-by-location": place.managedBy,
      "backstage.io/managed-by-origin-location": place.origin,
    },
  };
}

function columnsOf(metadata: Spec, spec: Spec, namespace: string) {
  const slug = textOf(groupOf(metadata.annotations)["github.com/project-slug"])?.toLowerCase();
  const owner = textOf(spec.owner);
  const system = textOf(spec.system);
  return {
    title: columnText(metadata.title) ?? columnText(groupOf(spec.profile).displayName),
    description: textOf(metadata.description),
    type: columnText(spec.type),
    lifecycle: columnText(spec.lifecycle),
    ownerRef: indexable(owner && normaliseRef(owner, { kind: "group", namespace })),
    systemRef: indexable(system && normaliseRef(system, { kind: "system", namespace })),
    tags: Array.isArray(metadata.tags)
      ? [...new Set(metadata.tags.filter((tag) => typeof tag === "string").map((tag) => tag.slice(0, 200)))]
      : [],
    projectSlug: slug && /^[\w.-]+\/[\w.-]+$/.test(slug) ? slug : null,
  } satisfies Partial<PreparedEntry>;
}

/** "PostgreSQL" is looked for as postgresql, and "checkoutApi" as api: both are kept. */
const writtenWords = (text: string) => [...wordsOf(text), ...wordsOf(text.toLowerCase())];

function searchOf(name: string, columns: ReturnType<typeof columnsOf>, kind: string) {
  const nameOf = (ref: string | null | undefined) => ref?.slice(ref.indexOf("/") + 1) ?? "";
  const join = (...texts: (string | null)[]) =>
    [...new Set(texts.flatMap((text) => (text ? writtenWords(text) : [])))].slice(0, 2000).join(" ");
  return {
    searchText: plainText(`${name} ${columns.title ?? ""}`)
      .trim()
      .slice(0, 500),
    searchWords: {
      a: join(name, columns.title),
      b: join(kind, columns.type, nameOf(columns.ownerRef), nameOf(columns.systemRef), ...columns.tags),
      c: join(columns.description),
    },
  };
}
