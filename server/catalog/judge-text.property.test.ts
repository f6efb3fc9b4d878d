import {
  apiEntityV1alpha1Validator,
  componentEntityV1alpha1Validator,
  DefaultNamespaceEntityPolicy,
  domainEntityV1alpha1Validator,
  type Entity,
  EntityPolicies,
  entityEnvelopeSchemaValidator,
  FieldFormatEntityPolicy,
  groupEntityV1alpha1Validator,
  locationEntityV1alpha1Validator,
  NoForeignRootFieldsEntityPolicy,
  parseEntityRef,
  resourceEntityV1alpha1Validator,
  SchemaValidEntityPolicy,
  stringifyEntityRef,
  systemEntityV1alpha1Validator,
  userEntityV1alpha1Validator,
} from "@backstage/catalog-model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { judgeText } from "./judge-text.ts";

const envelope = entityEnvelopeSchemaValidator();
const policy = EntityPolicies.allOf([
  new SchemaValidEntityPolicy(),
  new DefaultNamespaceEntityPolicy(),
  new NoForeignRootFieldsEntityPolicy(),
  new FieldFormatEntityPolicy(),
]);
const kinds = [
  apiEntityV1alpha1Validator,
  componentEntityV1alpha1Validator,
  resourceEntityV1alpha1Validator,
  groupEntityV1alpha1Validator,
  locationEntityV1alpha1Validator,
  userEntityV1alpha1Validator,
  systemEntityV1alpha1Validator,
  domainEntityV1alpha1Validator,
];

/** Which fields Backstage's processor of its own kinds reads as references, with the kind that a bare name means. */
const references: Record<string, [field: string, kind?: string][]> = {
  Component: [
    ["owner", "Group"],
    ["subcomponentOf", "Component"],
    ["providesApis", "API"],
    ["consumesApis", "API"],
    ["dependsOn"],
    ["dependencyOf"],
    ["system", "System"],
  ],
  API: [
    ["owner", "Group"],
    ["system", "System"],
  ],
  Resource: [["owner", "Group"], ["dependsOn"], ["dependencyOf"], ["system", "System"]],
  User: [["memberOf", "Group"]],
  Group: [
    ["parent", "Group"],
    ["children", "Group"],
    ["members", "User"],
  ],
  System: [
    ["owner", "Group"],
    ["domain", "Domain"],
  ],
  Domain: [
    ["owner", "Group"],
    ["subdomainOf", "Domain"],
  ],
};

type Theirs = { ref: string | null; verdict: string; targets: string[] };

/** What Backstage makes of a text: its reading of YAML, then envelope, policies, kinds and references, all its own. */
async function theirs(text: string): Promise<Theirs[]> {
  const found: Theirs[] = [];
  for (const document of [...parseAllDocuments(text, { logLevel: "silent" })]) {
    if (document.errors.length > 0) {
      found.push({ ref: null, verdict: "invalid", targets: [] });
      continue;
    }
    let value: unknown;
    try {
      value = document.toJSON();
    } catch {
      value = "not readable";
    }
    if (value === null || value === undefined) continue;
    found.push(await judged(value));
  }
  return found;
}

async function judged(value: unknown): Promise<Theirs> {
  const invalid = { ref: null, verdict: "invalid", targets: [] };
  if (typeof value !== "object" || Array.isArray(value)) return invalid;
  let entity: Entity;
  try {
    entity = envelope(structuredClone(value)) as Entity;
  } catch {
    return invalid;
  }
  const ref = stringifyEntityRef(entity);
  try {
    const checked = (await policy.enforce(entity)) as Entity;
    let isKnown = false;
    for (const kind of kinds) isKnown ||= await kind.check(checked);
    if (!isKnown) return { ref, verdict: "unrecognised", targets: [] };
    const defaultNamespace = checked.metadata.namespace ?? "default";
    const targets = (references[checked.kind] ?? []).flatMap(([field, defaultKind]) => {
      const stated = checked.spec?.[field] as string | string[] | undefined;
      return [stated ?? []]
        .flat()
        .filter((one) => stated !== "" && one !== undefined)
        .map((one) =>
          stringifyEntityRef(
            parseEntityRef(one, { ...(defaultKind ? { defaultKind } : {}), defaultNamespace }),
          ),
        );
    });
    return { ref, verdict: "valid", targets: [...new Set(targets)].sort() };
  } catch {
    return { ref, verdict: "invalid", targets: [] };
  }
}

async function ours(text: string) {
  const { documents } = await judgeText(text, async () => {
    throw new Error("nothing is read");
  });
  return documents;
}

/** Apart, since a dollar and a brace together look like a template string that lost its backticks. */
const dollar = "$";

/** What turns up where a value is expected: other YAML types, tags, templates of other tools, paths, odd characters. */
const values = [
  "x",
  "'x'",
  '"x"',
  "X_y.1",
  "1",
  "1.0",
  "0x1f",
  "0o17",
  "1_000",
  "1e3",
  ".inf",
  ".nan",
  "-0",
  "true",
  "yes",
  "on",
  "~",
  "null",
  "''",
  '""',
  "2024-01-01",
  "2024-01-01T00:00:00Z",
  "12:30:45",
  "[]",
  "[a, b]",
  "[1, true, null]",
  "{}",
  "{a: b}",
  "{{ name }}",
  "'{{ name }}'",
  `${dollar}{{ values.name }}`,
  `'${dollar}{{ values.name }}'`,
  "$name",
  "<%= name %>",
  "%name",
  "@name",
  "`name`",
  "C:\\repo\\catalog",
  "'C:\\repo'",
  '"C:\\repo"',
  "a:b",
  "a: b",
  "group:default/x",
  "Group:x/y/z",
  "user:jo",
  "a/b",
  "/a",
  "a/",
  ":a",
  "a:",
  "a b",
  "ä",
  "日本",
  "🐙",
  "a\u200bb",
  "&a x",
  "*a",
  "*b",
  "!!str 1",
  "!!int '1'",
  "!!binary aGk=",
  "!!set {a}",
  "!Ref x",
  "!include x.yaml",
  "| \n    text",
  ">-\n    folded\n    text",
  "|+\n    kept\n\n",
  "- a",
  "? a",
  "x # note",
  "x#y",
  "#x",
  "'a\n  b'",
  '"a\\n"',
  '"\\x41"',
  "'it''s'",
  "[a",
  "{a: b",
  "'open",
  '"open',
  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  "<<",
  "=",
  "! x",
  "!!null ''",
  "\tx",
  "x\t",
  "",
];
const keys = [
  "apiVersion",
  "kind",
  "metadata",
  "spec",
  "relations",
  "status",
  "<<",
  "'kind'",
  '"kind"',
  "1",
  "null",
  "? kind",
  "[a]",
  "{a: b}",
  "Kind",
];
const metadataKeys = [
  "name",
  "namespace",
  "title",
  "description",
  "labels",
  "annotations",
  "tags",
  "links",
  "uid",
  "etag",
  "extra",
  "<<",
];
const specKeys = [
  "type",
  "lifecycle",
  "owner",
  "system",
  "domain",
  "subcomponentOf",
  "subdomainOf",
  "providesApis",
  "consumesApis",
  "dependsOn",
  "dependencyOf",
  "definition",
  "children",
  "parent",
  "members",
  "memberOf",
  "profile",
  "target",
  "targets",
  "presence",
  "extra",
  "<<",
];
const kindNames = [
  "Component",
  "API",
  "Resource",
  "System",
  "Domain",
  "Group",
  "User",
  "Location",
  "component",
  "Widget",
  "1",
];
const value = fc.constantFrom(...values);
const needed =
  "type: service\n  lifecycle: production\n  owner: team\n  definition: x\n  children: []\n  memberOf: [a]";

const line = (keyNames: string[], indent: string) =>
  fc.tuple(fc.constantFrom(...keyNames), value).map(([key, text]) => `${indent}${key}: ${text}`);
const lines = (keyNames: string[], indent: string) =>
  fc.array(line(keyNames, indent), { maxLength: 2 }).map((all) => all.map((one) => `\n${one}`).join(""));

/** A document that is nearly in order, with a few odd lines in it. */
const document = fc
  .record({
    version: fc.constantFrom(
      "backstage.io/v1alpha1",
      "backstage.io/v1beta1",
      "'backstage.io/v1alpha1'",
      "v1",
      "1",
    ),
    kind: fc.constantFrom(...kindNames),
    name: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom("shop", "'1'", "a.b_c-d") },
      { weight: 1, arbitrary: value },
    ),
    root: lines(keys, ""),
    metadata: lines(metadataKeys, "  "),
    spec: lines(specKeys, "  "),
    isAnchored: fc.boolean(),
    withSpec: fc.boolean(),
  })
  .map(
    ({ version, kind, name, root, metadata, spec, isAnchored, withSpec }) =>
      `apiVersion: ${version}\nkind: ${kind}\nmetadata:${isAnchored ? " &a" : ""}\n  name: ${name}${metadata}\nspec:${withSpec ? `\n  ${needed}` : ""}${spec}${root}\n`,
  );

const between = fc.constantFrom(
  "---\n",
  "--- # note\n",
  "---\r\n",
  "---\n# nothing\n---\n",
  "---\n---\n",
  "...\n---\n",
  "--- \n",
  "\n---\n",
);
const around = fc.constantFrom(
  "",
  "\ufeff",
  "# head\n",
  "%YAML 1.2\n---\n",
  "---\n",
  "\n\n",
  "--- # first\n",
);
const behind = fc.constantFrom("", "---\n", "...\n", "# end", "\n\n", "---\n# end\n", "---\n~\n");

const text = fc
  .record({
    around,
    documents: fc.array(fc.tuple(document, between), { minLength: 1, maxLength: 3 }),
    behind,
    isDos: fc.boolean(),
  })
  .map(({ around, documents, behind, isDos }) => {
    const joined =
      around + documents.map(([one, mark], index) => (index > 0 ? mark : "") + one).join("") + behind;
    return isDos ? joined.replace(/\r?\n/g, "\r\n") : joined;
  });

test("whatever a file holds, each document gets the verdict and the references that Backstage gives it", async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(text, async (given) => {
      const [expected, found] = [await theirs(given), await ours(given)];
      for (const { verdict } of found) seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
      // A document that cannot be read ends ours; with Backstage it may swallow those behind it.
      const isReadable = found.every(({ stage }) => stage !== "yaml");
      if (!isReadable) {
        // What holds itself is a value to Backstage, and without end to whoever writes it out.
        const isEndless = found.some(({ errors }) =>
          errors.some(({ message }) => message.startsWith("Aliases expand")),
        );
        expect(isEndless || expected.some(({ verdict }) => verdict === "invalid"), given).toBe(true);
        return;
      }
      // Of a document without its envelope Backstage names nothing; ours is named as far as it can be read.
      const told = found.map(({ ref, verdict }, index) => ({
        ref: expected[index]?.ref ? ref : null,
        verdict,
      }));
      expect({ given, told }).toEqual({
        given,
        told: expected.map(({ ref, verdict }) => ({ ref, verdict })),
      });
      for (const [index, { relations, errors, verdict }] of found.entries()) {
        const self = expected[index]?.ref;
        const targets = relations
          .filter((one) => one.startsWith(`${self} `))
          .map((one) => one.split(" ").slice(2).join(" "));
        const named = new Set(targets);
        for (const target of expected[index]?.targets ?? [])
          expect(named.has(target), `${given}\n${target}`).toBe(true);
        if (verdict !== "valid") expect(errors.length, given).toBeGreaterThan(0);
        for (const error of errors) expect(error.line, given).toBeGreaterThan(0);
      }
    }),
    { numRuns: 1500 },
  );
  expect([...seen.keys()].sort()).toEqual(["invalid", "unrecognised", "valid"]);
  expect(Math.min(...seen.values())).toBeGreaterThan(40);
});
