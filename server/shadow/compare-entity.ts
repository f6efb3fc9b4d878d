import type { FieldDifference, RelationDifference } from "./model.ts";

export type ComparedDocument = Record<string, unknown>;

export type Comparison = {
  fields: FieldDifference[];
  relations: RelationDifference[];
  equalRelations: number;
};

/** What each side writes by itself: ids, how it came by the file, and what it says about its own processing. */
const ownFields = new Set(["relations", "status", "attachments"]);
const ownMetadata = new Set(["uid", "etag", "generation"]);
const ownAnnotations = /^(backstage\.io\/(managed-by-|view-url$|edit-url$|orphan$)|milepost\.dev\/)/;
/** Written by both, but only where the reader of the file knows it. */
const guessedAnnotation = "backstage.io/source-location";

const mostDifferences = 50;
const mostCharacters = 200;

type Fields = Record<string, unknown>;
const isGroup = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const groupOf = (value: unknown): Fields => (isGroup(value) ? value : {});

/**
 * What differs between the same entry in two catalogues: fields by their path, lists as a whole, and relations. Fields
 * that a catalogue writes for itself are left out, and so is the order of keys and of lists of texts.
 */
export function compareEntity(theirs: ComparedDocument, ours: ComparedDocument): Comparison {
  const fields: FieldDifference[] = [];
  collect("", stated(theirs, ours), stated(ours, theirs), fields);
  return { fields, ...compareRelations(theirs.relations, ours.relations) };
}

function stated(document: ComparedDocument, other: ComparedDocument): Fields {
  const metadata = groupOf(document.metadata);
  const otherAnnotations = groupOf(groupOf(other.metadata).annotations);
  const annotations = Object.entries(groupOf(metadata.annotations)).filter(
    ([key]) => !ownAnnotations.test(key) && (key !== guessedAnnotation || key in otherAnnotations),
  );
  const rest = Object.entries(metadata).filter(([key]) => !ownMetadata.has(key) && key !== "annotations");
  const kept = Object.entries(document).filter(([key]) => !ownFields.has(key) && key !== "metadata");
  return Object.fromEntries([
    ...kept,
    ["metadata", Object.fromEntries([...rest, ["annotations", Object.fromEntries(annotations)]])],
  ]) as Fields;
}

function collect(path: string, theirs: unknown, ours: unknown, found: FieldDifference[]): void {
  if (found.length >= mostDifferences) return;
  if (isGroup(theirs) && isGroup(ours)) {
    for (const key of new Set([...Object.keys(theirs), ...Object.keys(ours)]))
      collect(path ? `${path}.${key}` : key, own(theirs, key), own(ours, key), found);
    return;
  }
  if (isEqual(theirs, ours)) return;
  found.push({ path, theirs: shown(theirs), ours: shown(ours) });
}

const own = (group: Fields, key: string): unknown => (Object.hasOwn(group, key) ? group[key] : undefined);

/** A field that holds nothing counts as one that is not there. */
const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (isGroup(value) && Object.values(value).every(isNothing)) ||
  (Array.isArray(value) && value.length === 0);

function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (isNothing(left) || isNothing(right)) return isNothing(left) && isNothing(right);
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length) return false;
    const [one, other] = [inOrder(left), inOrder(right)];
    return one.every((item, index) => isEqual(item, other[index]));
  }
  if (!isGroup(left) || !isGroup(right)) return false;
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) =>
    isEqual(own(left, key), own(right, key)),
  );
}

/** References and tags are sets: Backstage sorts some of them when it processes an entry. */
const inOrder = (list: unknown[]): unknown[] =>
  list.every((item) => typeof item === "string") ? [...list].sort() : list;

function shown(value: unknown): string | null {
  if (value === undefined) return null;
  const text = JSON.stringify(value);
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}

/** Relations as `type target` in the lower case of references; both sides may state one several times. */
export function relationKeys(relations: unknown): Set<string> {
  if (!Array.isArray(relations)) return new Set();
  return new Set(
    relations.flatMap((relation) => {
      const { type, targetRef } = groupOf(relation);
      return typeof type === "string" && typeof targetRef === "string"
        ? [`${type} ${targetRef.toLowerCase()}`]
        : [];
    }),
  );
}

function compareRelations(theirs: unknown, ours: unknown): Omit<Comparison, "fields"> {
  const [left, right] = [relationKeys(theirs), relationKeys(ours)];
  const only = (keys: Set<string>, others: Set<string>, side: RelationDifference["side"]) =>
    [...keys].filter((key) => !others.has(key)).map((key) => toDifference(key, side));
  return {
    relations: [...only(left, right, "missing"), ...only(right, left, "extra")],
    equalRelations: [...left].filter((key) => right.has(key)).length,
  };
}

function toDifference(key: string, side: RelationDifference["side"]): RelationDifference {
  const space = key.indexOf(" ");
  return { type: key.slice(0, space), targetRef: key.slice(space + 1), side };
}
