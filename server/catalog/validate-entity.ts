import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { nearest } from "./edit-distance.ts";
import { type EntityRef, formatRef } from "./entity-ref.ts";
import { entitySchema, envelopeSchema, kindSchema, knownVersions } from "./entity-schemas.ts";
import { checkFormats, escapePointer } from "./field-formats.ts";
import { coreKinds, type Verdict } from "./model.ts";
import { previewSchema } from "./preview-schemas.ts";
import { type Reference, type Relation, relationsOf } from "./relations.ts";

/** Where a document failed, in the order in which the checks run. */
export type Stage = "envelope" | "placeholder" | "policy" | "kind" | "unrecognised" | "relations";

type FieldError = { message: string; pointer: string };

export type EntityVerdict = {
  /** Null where kind or name cannot be read. */
  ref: EntityRef | null;
  verdict: Verdict;
  stage: Stage | null;
  errors: FieldError[];
  /** Of valid documents, and of those that a layer of Backstage's model finds valid (`preview-schemas.ts`). */
  relations: Relation[];
  /** Where those relations stand in the document. */
  references: Reference[];
  /** True where such a layer finds valid what the verdict does not. */
  isPreview: boolean;
};

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false });
const isEnvelope = ajv.compile(envelopeSchema);
const isEntity = ajv.compile(entitySchema);
const kindValidators = new Map<string, ValidateFunction | null>();

function kindValidator(kind: string, apiVersion: string): ValidateFunction | null {
  const key = `${apiVersion} ${kind}`;
  const known = kindValidators.get(key);
  if (known !== undefined) return known;
  const schema = kindSchema(kind, apiVersion);
  // Only known pairs are remembered: the names come from files.
  if (!schema) return null;
  const compiled = ajv.compile(schema);
  kindValidators.set(key, compiled);
  return compiled;
}

/**
 * Judges one document as Backstage 1.55 does: envelope, policies, the kind's own rules, relations.
 * A document of a kind that Backstage does not know is "unrecognised", which is not an error of its author.
 */
export function validateEntity(document: Record<string, unknown>): EntityVerdict {
  if (!isEnvelope(document))
    return refused(readableRef(document), "envelope", wordErrors(isEnvelope, document));
  const entity = document as Entity;
  const ref = refOf(entity);
  if (!isEntity(document)) return refused(ref, "policy", wordErrors(isEntity, document));
  const foreign = Object.keys(document).filter((field) => !rootFields.has(field));
  if (foreign.length > 0)
    return refused(
      ref,
      "policy",
      foreign.map((field) => ({
        pointer: `/${escapePointer(field)}`,
        message: `"${field}" does not belong at the top of a document`,
      })),
    );
  const formatErrors = checkFormats(entity);
  if (formatErrors.length > 0) return refused(ref, "policy", formatErrors);
  const validate = kindValidator(entity.kind, entity.apiVersion);
  if (!validate)
    return {
      ...withPreview(entity, ref, refused(ref, "unrecognised", [unrecognised(entity)])),
      verdict: "unrecognised",
    };
  if (!validate(document))
    return withPreview(entity, ref, refused(ref, "kind", wordErrors(validate, document)));
  const { relations, references, errors } = relationsOf(ref, entity.spec ?? {});
  if (errors.length > 0) return refused(ref, "relations", errors);
  return { ref, verdict: "valid", stage: null, errors: [], relations, references, isPreview: false };
}

const previewValidators = new Map<string, ValidateFunction>();

/** What a layer of Backstage's model says about a document that its standard processors do not take. */
function withPreview(entity: Entity, ref: EntityRef, verdict: EntityVerdict): EntityVerdict {
  const preview = previewSchema(entity.kind, entity.apiVersion, entity.spec?.type);
  if (!preview) return verdict;
  const validate = previewValidators.get(preview.name) ?? ajv.compile(preview.schema);
  previewValidators.set(preview.name, validate);
  if (!validate(entity)) return { ...verdict, errors: [...verdict.errors, ...wordErrors(validate, entity)] };
  const { relations, references, errors } = relationsOf(ref, entity.spec ?? {});
  if (errors.length > 0) return { ...verdict, errors: [...verdict.errors, ...errors] };
  return { ...verdict, relations, references, isPreview: true };
}

type Entity = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string } & Record<string, unknown>;
  spec?: Record<string, unknown>;
};

const rootFields = new Set(["apiVersion", "kind", "metadata", "spec"]);

const refused = (ref: EntityRef | null, stage: Stage, errors: FieldError[]): EntityVerdict => ({
  ref,
  verdict: "invalid",
  stage,
  errors,
  relations: [],
  references: [],
  isPreview: false,
});

const refOf = (entity: Entity): EntityRef => ({
  kind: entity.kind,
  namespace: entity.metadata.namespace ?? "default",
  name: entity.metadata.name,
});

/** The reference of a document that is incomplete, where kind and name are there all the same. */
function readableRef(document: Record<string, unknown>): EntityRef | null {
  const { kind, metadata } = document;
  if (typeof kind !== "string" || kind === "" || typeof metadata !== "object" || metadata === null)
    return null;
  const { name, namespace } = metadata as Record<string, unknown>;
  if (typeof name !== "string" || name === "") return null;
  return { kind, namespace: typeof namespace === "string" && namespace ? namespace : "default", name };
}

function unrecognised(entity: Entity): FieldError {
  const versions = knownVersions(entity.kind);
  const meant = coreKinds.find(
    (kind) => kind !== entity.kind && kind.toLowerCase() === entity.kind.toLowerCase(),
  );
  // Only where the group is Backstage's: in another one a kind that is spelt alike is meant so.
  const nearly = entity.apiVersion.startsWith("backstage.io/") ? nearest(entity.kind, coreKinds) : null;
  const message =
    entity.kind === "AiResource" && entity.apiVersion === "backstage.io/v1alpha1"
      ? "AiResource is known to a layer of Backstage's model, not to its standard processors; here it is read whole"
      : meant
        ? `The kind ${entity.kind} is not known: write it as ${meant}`
        : versions.length > 0
          ? `${entity.kind} is known as ${versions.join(" and ")}, not as ${entity.apiVersion}`
          : `The kind ${entity.kind} (${entity.apiVersion}) is not one that Backstage knows${nearly ? `: did you mean ${nearly}?` : "; it is kept and shown as it stands"}`;
  return { pointer: versions.length > 0 ? "/apiVersion" : "/kind", message };
}

function wordErrors(validate: ValidateFunction, document: unknown): FieldError[] {
  return (validate.errors ?? []).map((error) => wordError(error, document)).slice(0, 20);
}

/** One schema error as a sentence about a field. */
function wordError(error: ErrorObject, document: unknown): FieldError {
  const field = fieldName(error.instancePath);
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case "required": {
      const pointer = `${error.instancePath}/${escapePointer(String(params.missingProperty))}`;
      return { pointer, message: `${fieldName(pointer)} is missing` };
    }
    case "type": {
      const wanted = [params.type].flat().map(typeWord).join(" or ");
      const found = foundWord(valueAt(document, error.instancePath));
      return { pointer: error.instancePath, message: `${field} has to be ${wanted}, not ${found}` };
    }
    case "minLength":
      return { pointer: error.instancePath, message: `${field} is empty: leave it out or fill it in` };
    case "enum":
      return {
        pointer: error.instancePath,
        message: `${field} has to be ${(params.allowedValues as string[]).join(" or ")}`,
      };
    case "additionalProperties": {
      const pointer = `${error.instancePath}/${escapePointer(String(params.additionalProperty))}`;
      return { pointer, message: `"${String(params.additionalProperty)}" does not belong there` };
    }
    default:
      return { pointer: error.instancePath, message: `${field} ${error.message ?? "is not valid"}` };
  }
}

/** `/spec/dependsOn/0` as a person writes it: `spec.dependsOn[0]`. */
function fieldName(pointer: string): string {
  if (pointer === "") return "The document";
  return pointer
    .slice(1)
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((name, segment) => {
      if (/^\d+$/.test(segment)) return `${name}[${segment}]`;
      return name ? `${name}.${segment}` : segment;
    }, "");
}

const typeWords: Record<string, string> = {
  string: "text",
  array: "a list",
  object: "a group of fields",
  boolean: "true or false",
};
const typeWord = (type: unknown) => typeWords[String(type)] ?? String(type);

function foundWord(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a group of fields" : `the ${typeof value} ${String(value)}`;
}

function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const segment of pointer.split("/").slice(1)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[segment.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return value;
}

/** The known spelling of a verdict's reference. */
export const verdictRef = (verdict: EntityVerdict): string | null =>
  verdict.ref ? formatRef(verdict.ref) : null;
