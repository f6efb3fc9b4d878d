import { type EntityRef, formatRef, parseRef, RefError } from "./entity-ref.ts";
import { inverseRelation } from "./model.ts";

/** One direction of a relation between two references in their known spelling. */
export type Relation = { source: string; type: string; target: string };
type RelationError = { pointer: string; message: string };
/** One place of a document that names another entry, by its full reference. */
export type Reference = { pointer: string; target: string };

/** `ofType`: only documents whose specification has this type state it. */
type Field = { field: string; type: string; kind?: string; ofType?: string };

const owner: Field = { field: "owner", type: "ownedBy", kind: "Group" };
const system: Field = { field: "system", type: "partOf", kind: "System" };
const dependsOn: Field = { field: "dependsOn", type: "dependsOn" };
const dependencyOf: Field = { field: "dependencyOf", type: "dependencyOf" };

/** Which field of which kind says which relation, and what kind a bare name means there; none: the kind must be written. */
const fieldsByKind: Readonly<Record<string, readonly Field[]>> = {
  Component: [
    owner,
    system,
    dependsOn,
    dependencyOf,
    { field: "subcomponentOf", type: "partOf", kind: "Component" },
    { field: "providesApis", type: "providesApi", kind: "API" },
    { field: "consumesApis", type: "consumesApi", kind: "API" },
  ],
  API: [owner, system],
  Resource: [owner, system, dependsOn, dependencyOf],
  System: [owner, { field: "domain", type: "partOf", kind: "Domain" }],
  Domain: [owner, { field: "subdomainOf", type: "partOf", kind: "Domain" }],
  Template: [owner],
  Group: [
    { field: "parent", type: "childOf", kind: "Group" },
    { field: "children", type: "parentOf", kind: "Group" },
    { field: "members", type: "hasMember", kind: "User" },
  ],
  User: [{ field: "memberOf", type: "memberOf", kind: "Group" }],
  AiResource: [
    owner,
    system,
    { field: "dependsOn", type: "dependsOn", kind: "AiResource", ofType: "skill" },
    { field: "skills", type: "hasPart", kind: "AiResource", ofType: "plugin" },
    { field: "plugins", type: "hasPart", kind: "AiResource", ofType: "marketplace" },
  ],
};

/** The fields of a kind's specification that say relations. */
export const relationFields = (kind: string): readonly string[] =>
  Object.hasOwn(fieldsByKind, kind) ? (fieldsByKind[kind] ?? []).map(({ field }) => field) : [];

/**
 * The relations that a document states, each in both directions, without repetitions.
 * Bare names stand for the field's usual kind in the document's own namespace.
 */
export function relationsOf(
  self: EntityRef,
  spec: Record<string, unknown>,
): { relations: Relation[]; references: Reference[]; errors: RelationError[] } {
  const found = new Map<string, Relation>();
  const references: Reference[] = [];
  const errors: RelationError[] = [];
  const add = (relation: Relation) =>
    found.set(`${relation.source} ${relation.type} ${relation.target}`, relation);
  const selfRef = formatRef(self);
  const fields = Object.hasOwn(fieldsByKind, self.kind) ? (fieldsByKind[self.kind] ?? []) : [];
  for (const { field, type, kind, ofType } of fields) {
    if (ofType !== undefined && spec.type !== ofType) continue;
    const stated = Object.hasOwn(spec, field) ? spec[field] : undefined;
    if (stated === undefined || stated === null || stated === "") continue;
    const isList = Array.isArray(stated);
    for (const [index, target] of (isList ? stated : [stated]).entries()) {
      const pointer = isList ? `/spec/${field}/${index}` : `/spec/${field}`;
      try {
        if (typeof target !== "string")
          throw new RefError("has to be a reference, written as kind:namespace/name");
        const defaults = { namespace: self.namespace, ...(kind ? { kind } : {}) };
        const targetRef = formatRef(parseRef(target, defaults));
        references.push({ pointer, target: targetRef });
        add({ source: selfRef, type, target: targetRef });
        add({ source: targetRef, type: inverseRelation[type] ?? type, target: selfRef });
      } catch (error) {
        if (!(error instanceof RefError)) throw error;
        errors.push({ pointer, message: `spec.${field} ${error.message}` });
      }
    }
  }
  return { relations: [...found.values()], references, errors };
}

/** `source type target`, as the command line prints a relation. */
export const relationLine = (relation: Relation) => `${relation.source} ${relation.type} ${relation.target}`;
