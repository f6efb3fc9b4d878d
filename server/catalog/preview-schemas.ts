/**
 * What Backstage's model 1.10 knows as a layer on top of its standard processors: AiResource with its types, and APIs of
 * the type mcp-server. A Backstage without these layers does not recognise them (or asks an API for its definition), so
 * they never change a verdict; here they are read whole, relations included.
 */
type Schema = Record<string, unknown>;

const text: Schema = { type: "string", minLength: 1 };
const texts: Schema = { type: "array", items: text };
const owned = { type: text, lifecycle: text, owner: text, system: text };
const always = ["type", "lifecycle", "owner"];

type PreviewRule = { required: readonly string[]; properties: Schema };

const aiResources: Readonly<Record<string, PreviewRule>> = {
  skill: {
    required: always,
    properties: {
      ...owned,
      disciplines: texts,
      categories: texts,
      agents: texts,
      dependsOn: texts,
      allowedTools: text,
      license: text,
      compatibility: { ...text, maxLength: 500 },
    },
  },
  rule: {
    required: [...always, "category", "rationale"],
    properties: { ...owned, disciplines: texts, category: text, rationale: text },
  },
  plugin: { required: [...always, "skills"], properties: { ...owned, skills: texts, version: text } },
  marketplace: { required: [...always, "plugins"], properties: { ...owned, plugins: texts, version: text } },
};
const anyAiResource: PreviewRule = { required: always, properties: owned };

const remote: Schema = { type: "object", required: ["type", "url"], properties: { type: text, url: text } };
const mcpServer: PreviewRule = {
  required: [...always, "remotes"],
  properties: { ...owned, remotes: { type: "array", minItems: 1, items: remote } },
};

/** The rule of a layer for such a document with its name, or null where none speaks of it. */
export function previewSchema(
  kind: string,
  apiVersion: string,
  type: unknown,
): { name: string; schema: Schema } | null {
  const typeName = typeof type === "string" ? type : "";
  const isV1alpha1 = apiVersion === "backstage.io/v1alpha1";
  if (kind === "AiResource" && isV1alpha1) {
    const isKnown = Object.hasOwn(aiResources, typeName);
    const rule = (isKnown ? aiResources[typeName] : undefined) ?? anyAiResource;
    return { name: isKnown ? `AiResource ${typeName}` : "AiResource", schema: schemaOf(rule) };
  }
  const isApi = kind === "API" && (isV1alpha1 || apiVersion === "backstage.io/v1beta1");
  return isApi && typeName === "mcp-server" ? { name: "API mcp-server", schema: schemaOf(mcpServer) } : null;
}

const schemaOf = ({ required, properties }: PreviewRule): Schema => ({
  type: "object",
  required: ["spec"],
  properties: { spec: { type: "object", required, properties } },
});

/** The fields that the layers add to a kind. */
export function previewFields(kind: string): readonly string[] {
  if (kind === "API") return ["remotes"];
  if (kind !== "AiResource") return [];
  return [...new Set(Object.values(aiResources).flatMap(({ properties }) => Object.keys(properties)))];
}
