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
  resourceEntityV1alpha1Validator,
  SchemaValidEntityPolicy,
  systemEntityV1alpha1Validator,
  userEntityV1alpha1Validator,
} from "@backstage/catalog-model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { validateEntity } from "./validate-entity.ts";

const policy = EntityPolicies.allOf([
  new SchemaValidEntityPolicy(),
  new DefaultNamespaceEntityPolicy(),
  new NoForeignRootFieldsEntityPolicy(),
  new FieldFormatEntityPolicy(),
]);
const envelope = entityEnvelopeSchemaValidator();
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

/** The verdict of Backstage's own published validators, in the order in which its backend runs them. */
async function theirVerdict(document: unknown): Promise<string> {
  try {
    const entity = envelope(structuredClone(document)) as Entity;
    const checked = await policy.enforce(entity);
    for (const kind of kinds) if (await kind.check(checked as Entity)) return "valid";
    return "unrecognised";
  } catch {
    return "invalid";
  }
}

const complete: Record<string, Record<string, unknown>> = {
  Component: {
    type: "service",
    lifecycle: "production",
    owner: "team-a",
    system: "shop",
    subcomponentOf: "other",
    providesApis: ["a"],
    consumesApis: ["b", "c"],
    dependsOn: ["resource:db"],
  },
  API: {
    type: "openapi",
    lifecycle: "production",
    owner: "team-a",
    system: "shop",
    definition: "openapi: 3.0.0",
  },
  Resource: { type: "database", owner: "team-a", system: "shop", dependsOn: ["component:x"] },
  System: { owner: "team-a", domain: "sales", type: "product" },
  Domain: { owner: "team-a", subdomainOf: "all", type: "group" },
  Group: {
    type: "team",
    children: ["team-b"],
    parent: "all",
    members: ["jo"],
    profile: { displayName: "Team A", email: "a@b.c" },
  },
  User: { memberOf: ["team-a"], profile: { displayName: "Jo", picture: "https://example.com/jo.png" } },
  Location: { type: "url", target: "./a.yaml", targets: ["./b.yaml"], presence: "optional" },
};

const documentOf = (kind: string) => ({
  apiVersion: "backstage.io/v1alpha1",
  kind,
  metadata: {
    name: "thing-1",
    namespace: "default",
    title: "Thing",
    description: "What it is",
    labels: { "example.com/tier": "one" },
    annotations: { "github.com/project-slug": "acme/thing" },
    tags: ["java", "tier:1", "c++"],
    links: [{ url: "https://example.com", title: "Home", icon: "web", type: "page" }],
  },
  spec: complete[kind],
});

type Path = (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  const inner =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, child]) =>
          pathsOf(child, [...path, Array.isArray(value) ? Number(key) : key]),
        )
      : [];
  return path.length > 0 ? [path, ...inner] : inner;
}

function mutate(document: object, path: Path, value: unknown): object {
  const copy = structuredClone(document);
  let parent = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<string | number, unknown>;
  const last = path.at(-1) as string | number;
  if (value === undefined) {
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete parent[last];
  } else parent[last] = value;
  return copy;
}

const odd = fc.constantFrom<unknown>(
  undefined,
  null,
  "",
  " ",
  "x",
  "UPPER_case.1",
  "-x",
  "x-",
  "a b",
  "ä",
  "x".repeat(63),
  "x".repeat(64),
  "a/b",
  "a/b/c",
  "example.com/a",
  "Example.com/a",
  "https://example.com",
  "no url",
  "backstage.io/v1beta1",
  "required",
  0,
  1.5,
  true,
  [],
  [""],
  ["a"],
  [1],
  {},
  { a: 1 },
  [{ url: "x" }],
  [{ url: "mailto:a@b" }],
);

test.each(Object.keys(complete))("%s: whatever is changed, the verdict is Backstage's", async (kind) => {
  const document = documentOf(kind);
  expect(await theirVerdict(document)).toBe("valid");
  const paths = [
    ...pathsOf(document),
    ["metadata", "extra"],
    ["spec", "extra"],
    ["extra"],
    ["metadata", "labels", "A B"],
    ["metadata", "annotations", "x/y/z"],
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      odd,
      fc.option(fc.tuple(fc.constantFrom(...paths), odd)),
      async (path, value, more) => {
        let changed = mutate(document, path, value);
        if (more)
          try {
            changed = mutate(changed, more[0], more[1]);
          } catch {
            // The first change took away what the second one meant.
          }
        const ours = validateEntity(changed as Record<string, unknown>);
        const expected = await theirVerdict(changed);
        // References are read after these validators, which know nothing of them.
        if (ours.stage !== "relations")
          expect({ changed, verdict: ours.verdict }).toEqual({ changed, verdict: expected });
        else expect(expected).toBe("valid");
        if (ours.verdict !== "valid") expect(ours.errors.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 1500 },
  );
});

test.each([
  [{ spec: { type: "service", lifecycle: "production" } }, "spec.owner is missing", "/spec/owner"],
  [
    { spec: { type: "a", lifecycle: "b", owner: ["x"] } },
    "spec.owner has to be text, not a list",
    "/spec/owner",
  ],
  [
    { spec: { type: "a", lifecycle: "", owner: "x" } },
    "spec.lifecycle is empty: leave it out or fill it in",
    "/spec/lifecycle",
  ],
  [{ metadata: { name: "a b" } }, 'metadata.name "a b" takes letters and digits', "/metadata/name"],
  [
    { metadata: { name: "a", tags: ["ok", "Not OK"] } },
    'The tag "Not OK" takes small letters',
    "/metadata/tags/1",
  ],
  [
    { metadata: { name: "a", links: [{ url: "nope" }] } },
    'The link "nope" is not a web address',
    "/metadata/links/0/url",
  ],
  [
    { metadata: { name: "a", annotations: { "x.y/z": 1 } } },
    "metadata.annotations.x.y/z has to be text, not the number 1",
    "/metadata/annotations/x.y~1z",
  ],
  [{ metadata: {} }, "metadata.name is missing", "/metadata/name"],
  [{ owner: "x" }, '"owner" does not belong', "/owner"],
  [{ kind: "Widget" }, "The kind Widget", "/kind"],
  [
    { apiVersion: "acme.io/v1" },
    "Component is known as backstage.io/v1alpha1 and backstage.io/v1beta1, not as acme.io/v1",
    "/apiVersion",
  ],
  [
    { spec: { type: "a", lifecycle: "b", owner: "x", dependsOn: ["db"] } },
    'spec.dependsOn "db" does not say its kind',
    "/spec/dependsOn/0",
  ],
])("%j says what is wrong and where", (change, message, pointer) => {
  const document = {
    apiVersion: "backstage.io/v1alpha1",
    kind: "Component",
    metadata: { name: "a" },
    spec: { type: "service", lifecycle: "production", owner: "x" },
    ...change,
  };
  const { errors } = validateEntity(document);
  expect(errors[0]?.message).toContain(message);
  expect(errors[0]?.pointer).toBe(pointer);
});

test("all errors of a document are told, not the first alone", () => {
  const { errors } = validateEntity({
    apiVersion: "backstage.io/v1alpha1",
    kind: "Component",
    metadata: { name: "a" },
    spec: { owner: 1 },
  });
  expect(errors.map((error) => error.pointer).sort()).toEqual([
    "/spec/lifecycle",
    "/spec/owner",
    "/spec/type",
  ]);
});

test.each([
  ["backstage.io/v1alpha1", "Compnent", "did you mean Component?"],
  ["backstage.io/v1alpha1", "Widget", "it is kept and shown as it stands"],
  ["acme.example.com/v1", "Compnent", "it is kept and shown as it stands"],
])("the kind %s %s is nobody's, and what is perhaps meant is said", (apiVersion, kind, words) => {
  const { verdict, errors } = validateEntity({ apiVersion, kind, metadata: { name: "a" }, spec: {} });
  expect(verdict).toBe("unrecognised");
  expect(errors[0]?.message).toContain(words);
});
