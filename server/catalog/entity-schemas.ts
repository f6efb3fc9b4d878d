import { previewFields } from "./preview-schemas.ts";

/**
 * What a document of each kind must look like, as JSON Schema: the rules of Backstage's catalogue format
 * (https://backstage.io/docs/features/software-catalog/descriptor-format), written anew.
 * Unknown fields are always allowed below `metadata` and `spec`.
 */
type Schema = Record<string, unknown>;

const text: Schema = { type: "string", minLength: 1 };
const texts: Schema = { type: "array", items: text };
const profile: Schema = {
  type: "object",
  properties: { displayName: text, email: text, picture: text },
};

const metadataSchema: Schema = {
  type: "object",
  required: ["name"],
  properties: {
    uid: text,
    etag: text,
    name: text,
    namespace: text,
    title: text,
    description: { type: "string" },
    // Entries with an empty key are not looked at: the original rule is a pattern of at least one character.
    labels: { type: "object", patternProperties: { "^.+$": { type: "string" } } },
    annotations: { type: "object", patternProperties: { "^.+$": { type: "string" } } },
    tags: texts,
    links: {
      type: "array",
      items: {
        type: "object",
        required: ["url"],
        properties: { url: text, title: text, icon: text, type: text },
      },
    },
  },
};

/** The least by which a document can be named at all. */
export const envelopeSchema: Schema = {
  type: "object",
  required: ["apiVersion", "kind", "metadata"],
  properties: {
    apiVersion: text,
    kind: text,
    metadata: { type: "object", required: ["name"], properties: { name: text, namespace: text } },
  },
};

const relation: Schema = {
  type: "object",
  required: ["type", "targetRef"],
  additionalProperties: false,
  properties: { type: { ...text, pattern: "^\\w+$" }, target: { type: "object" }, targetRef: text },
};

/** Every kind's common part. */
export const entitySchema: Schema = {
  type: "object",
  required: ["apiVersion", "kind", "metadata"],
  additionalProperties: false,
  properties: {
    apiVersion: text,
    kind: text,
    metadata: metadataSchema,
    spec: { type: "object" },
    relations: { type: "array", items: relation },
    status: {
      type: "object",
      properties: {
        items: {
          type: "array",
          items: {
            type: "object",
            required: ["type", "level", "message"],
            properties: {
              type: text,
              level: { type: "string", enum: ["info", "warning", "error"] },
              message: { type: "string" },
            },
          },
        },
      },
    },
  },
};

type KindRule = { apiVersions: readonly string[]; required: readonly string[]; properties: Schema };

const core = ["backstage.io/v1alpha1", "backstage.io/v1beta1"] as const;

const kindRules: Record<string, KindRule> = {
  Component: {
    apiVersions: core,
    required: ["type", "lifecycle", "owner"],
    properties: {
      type: text,
      lifecycle: text,
      owner: text,
      system: text,
      subcomponentOf: text,
      providesApis: texts,
      consumesApis: texts,
      dependsOn: texts,
    },
  },
  API: {
    apiVersions: core,
    required: ["type", "lifecycle", "owner", "definition"],
    properties: { type: text, lifecycle: text, owner: text, system: text, definition: text },
  },
  Resource: {
    apiVersions: core,
    required: ["type", "owner"],
    properties: { type: text, owner: text, system: text, dependsOn: texts },
  },
  System: {
    apiVersions: core,
    required: ["owner"],
    properties: { owner: text, domain: text, type: text },
  },
  Domain: {
    apiVersions: core,
    required: ["owner"],
    properties: { owner: text, subdomainOf: text, type: text },
  },
  Group: {
    apiVersions: core,
    required: ["type", "children"],
    properties: { type: text, profile, parent: text, children: texts, members: texts },
  },
  User: { apiVersions: core, required: ["memberOf"], properties: { profile, memberOf: texts } },
  Location: {
    apiVersions: core,
    required: [],
    properties: {
      type: text,
      target: text,
      targets: texts,
      presence: { type: "string", enum: ["required", "optional"] },
    },
  },
  Template: {
    apiVersions: ["scaffolder.backstage.io/v1beta3"],
    required: ["type", "steps"],
    properties: templateProperties(),
  },
};

function templateProperties(): Schema {
  const permissions: Schema = {
    type: "object",
    properties: { tags: { type: "array", items: { type: "string" } } },
  };
  const form: Schema = { type: "object", properties: { "backstage:permissions": permissions } };
  const word: Schema = { type: "string" };
  const condition: Schema = { type: ["string", "boolean"] };
  return {
    type: text,
    owner: text,
    lifecycle: text,
    parameters: {
      type: ["object", "array"],
      properties: { "backstage:permissions": permissions },
      items: form,
    },
    secrets: { type: "object", properties: { schema: { type: "object" } } },
    presentation: {
      type: "object",
      properties: {
        buttonLabels: {
          type: "object",
          properties: { backButtonText: word, createButtonText: word, reviewButtonText: word },
        },
      },
    },
    EXPERIMENTAL_recovery: { type: "object", properties: { EXPERIMENTAL_strategy: word } },
    EXPERIMENTAL_formDecorators: decorators(word),
    formDecorators: decorators(word),
    steps: {
      type: "array",
      items: {
        type: "object",
        required: ["action"],
        properties: {
          id: word,
          name: word,
          action: word,
          input: { type: "object" },
          if: condition,
          "backstage:permissions": permissions,
        },
      },
    },
    output: templateOutput(word, condition),
  };
}

/** What a template hands over at its end: links, texts, and values of any name. */
function templateOutput(word: Schema, condition: Schema): Schema {
  return {
    type: "object",
    properties: {
      links: {
        type: "array",
        items: {
          type: "object",
          properties: { if: condition, url: text, entityRef: text, title: text, icon: text },
        },
      },
      text: {
        type: "array",
        items: { type: "object", properties: { if: condition, title: text, icon: text, content: word } },
      },
    },
    additionalProperties: { type: "string" },
  };
}

function decorators(word: Schema): Schema {
  return {
    type: "array",
    items: { type: "object", properties: { id: word, input: { type: "object" } } },
  };
}

/** The rule for a document's specification, or null where kind and version are not known together. */
export function kindSchema(kind: string, apiVersion: string): Schema | null {
  const rule = Object.hasOwn(kindRules, kind) ? kindRules[kind] : undefined;
  if (!rule?.apiVersions.includes(apiVersion)) return null;
  return {
    type: "object",
    required: ["spec"],
    properties: { spec: { type: "object", required: rule.required, properties: rule.properties } },
  };
}

/** The versions under which a kind is known, for the sentence about an unrecognised document. */
export const knownVersions = (kind: string): readonly string[] =>
  Object.hasOwn(kindRules, kind) ? (kindRules[kind]?.apiVersions ?? []) : [];

/** The fields that a kind's specification knows; others are allowed and read by nobody. */
export const knownFields = (kind: string): readonly string[] => [
  ...(Object.hasOwn(kindRules, kind) ? Object.keys(kindRules[kind]?.properties ?? {}) : []),
  ...previewFields(kind),
];
