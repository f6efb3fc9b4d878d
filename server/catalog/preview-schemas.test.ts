import type { Entity } from "@backstage/catalog-model";
import {
  aiResourceEntityV1alpha1Validator,
  marketplaceAiResourceEntityV1alpha1Validator,
  mcpServerApiEntityValidator,
  pluginAiResourceEntityV1alpha1Validator,
  ruleAiResourceEntityV1alpha1Validator,
  skillAiResourceEntityV1alpha1Validator,
} from "@backstage/catalog-model/alpha";
import fc from "fast-check";
import { expect, test } from "vitest";
import { validateEntity } from "./validate-entity.ts";

const validators = {
  skill: skillAiResourceEntityV1alpha1Validator,
  rule: ruleAiResourceEntityV1alpha1Validator,
  plugin: pluginAiResourceEntityV1alpha1Validator,
  marketplace: marketplaceAiResourceEntityV1alpha1Validator,
  other: aiResourceEntityV1alpha1Validator,
  "mcp-server": mcpServerApiEntityValidator,
};

const full = {
  lifecycle: "production",
  owner: "team",
  system: "tools",
  disciplines: ["web"],
  categories: ["a"],
  agents: ["x"],
  dependsOn: ["b"],
  allowedTools: "Read",
  license: "MIT",
  compatibility: "any",
  category: "style",
  rationale: "because",
  skills: ["s"],
  plugins: ["p"],
  version: "1.0.0",
  remotes: [{ type: "sse", url: "https://example.com" }],
};
const odd = fc.constantFrom<unknown>(
  undefined,
  null,
  "",
  "x",
  "x".repeat(501),
  1,
  true,
  [],
  [""],
  ["a"],
  [1],
  {},
  [{}],
  [{ type: "sse" }],
  [{ type: "", url: "x" }],
);

test.each(Object.keys(validators) as (keyof typeof validators)[])(
  "%s: what a layer of Backstage's model finds valid is read whole, whatever is changed",
  async (type) => {
    const kind = type === "mcp-server" ? "API" : "AiResource";
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(full), "none"), odd, async (field, value) => {
        const spec: Record<string, unknown> = { type, ...full };
        if (value === undefined) delete spec[field];
        else spec[field] = value;
        const document = { apiVersion: "backstage.io/v1alpha1", kind, metadata: { name: "a" }, spec };
        const expected = await validators[type].check(structuredClone(document) as Entity).catch(() => false);
        const { isPreview, stage, verdict, relations } = validateEntity(document);
        expect({ document, isPreview }).toEqual({ document, isPreview: expected });
        // Its standard processors take neither, or ask for a definition: the verdict is theirs.
        expect(verdict).toBe(kind === "API" ? "invalid" : "unrecognised");
        expect(stage).toBe(kind === "API" ? "kind" : "unrecognised");
        expect(relations.length > 0).toBe(expected);
      }),
      { numRuns: 400 },
    );
  },
);

test("the parts of a plug-in and what a skill needs become relations", () => {
  const spec = { type: "plugin", lifecycle: "production", owner: "team", skills: ["one"] };
  const { relations } = validateEntity({
    apiVersion: "backstage.io/v1alpha1",
    kind: "AiResource",
    metadata: { name: "p" },
    spec,
  });
  expect(relations).toContainEqual({
    source: "airesource:default/p",
    type: "hasPart",
    target: "airesource:default/one",
  });
  expect(relations).toContainEqual({
    source: "airesource:default/p",
    type: "ownedBy",
    target: "group:default/team",
  });
});
