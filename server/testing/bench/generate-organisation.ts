import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

type Document = {
  kind: string;
  metadata: { name: string } & Record<string, unknown>;
  spec: Record<string, unknown>;
};

const adjectives =
  "amber bold calm dapper eager frosty gentle hidden iron jade keen lively misty nimble open proud quiet rustic silver tall upper vivid wild young zesty".split(
    " ",
  );
const things =
  "account alert basket booking cart claim courier coupon device dispatch feed forecast gateway hub invoice journey kiosk ledger mailbox notice order parcel payment price quota refund roster search session stock tariff ticket vault voucher warehouse".split(
    " ",
  );
const roles = "service worker api site library job sync proxy consumer adapter".split(" ");
const tags =
  "go java kotlin python rust typescript kafka postgres redis grpc rest graphql tier-1 tier-2 internal public batch pci".split(
    " ",
  );
const people =
  "ada amir bela chen dora emil fatou greta hugo ines jonas kira liam mona nils olga paul rosa sven tara uma vera wim yara".split(
    " ",
  );
const lifecycles = ["production", "production", "production", "experimental", "deprecated"];

/** Xorshift, 32 bit: the same organisation on every machine. */
function makeChooser(seed: number) {
  let state = seed | 1;
  const below = (limit: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  const one = (from: readonly string[]) => from[below(from.length)] ?? "";
  const several = (from: readonly string[], count: number) => {
    const chosen = new Set<string>();
    while (chosen.size < Math.min(count, from.length)) chosen.add(one(from));
    return [...chosen];
  };
  return { below, one, several };
}
type Chooser = ReturnType<typeof makeChooser>;

const numbered = (count: number, name: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => `${name(index)}-${String(index).padStart(5, "0")}`);

type Names = Record<
  "groups" | "teams" | "users" | "domains" | "systems" | "resources" | "apis" | "components",
  string[]
>;

/** 60% components, 10% each of APIs, resources and users, 5% systems, 4% groups, 1% domains. */
function chooseNames(size: number, { one }: Chooser): Names {
  const part = (share: number) => Math.max(1, Math.round(size * share));
  const groups = numbered(part(0.04), (index) =>
    index === 0 ? "company" : `${one(things)}-${index <= part(0.002) ? "division" : "team"}`,
  );
  const rest = {
    users: numbered(part(0.1), () => `${one(people)}-${one(people)}`),
    domains: numbered(part(0.01), () => `${one(things)}-domain`),
    systems: numbered(part(0.05), () => `${one(adjectives)}-${one(things)}-system`),
    resources: numbered(part(0.1), () => `${one(things)}-${one(["database", "bucket", "queue", "cache"])}`),
    apis: numbered(part(0.1), () => `${one(adjectives)}-${one(things)}-api`),
  };
  const others = groups.length + Object.values(rest).reduce((sum, names) => sum + names.length, 0);
  const components = numbered(size - others, () => `${one(adjectives)}-${one(things)}-${one(roles)}`);
  return { groups, teams: groups.slice(-Math.max(1, groups.length - part(0.002) - 1)), components, ...rest };
}

function writeDocuments(names: Names, chooser: Chooser): Document[] {
  const { below, one, several } = chooser;
  const owner = () => `group:default/${one(names.teams)}`;
  const make = (
    kind: string,
    list: string[],
    fill: (name: string, index: number) => Omit<Document, "kind" | "metadata"> & { metadata?: object },
  ) =>
    list.map((name, index): Document => {
      const { metadata = {}, spec } = fill(name, index);
      return { kind, metadata: { name, description: `${kind} ${name}`, ...metadata }, spec };
    });
  const divisions = names.groups.length - names.teams.length;
  return [
    ...make("Group", names.groups, (_, index) => {
      const above =
        index === 0
          ? {}
          : { parent: names.groups[index < divisions ? 0 : 1 + (index % Math.max(1, divisions - 1))] };
      return { spec: { type: index < divisions ? "division" : "team", children: [], ...above } };
    }),
    ...make("User", names.users, (name, index) => ({
      spec: {
        profile: { displayName: name, email: `${name}@example.com` },
        memberOf: several(names.teams, 1 + (index % 2)),
      },
    })),
    ...make("Domain", names.domains, () => ({ spec: { owner: owner() } })),
    ...make("System", names.systems, () => ({
      metadata: { tags: several(tags, 2) },
      spec: { owner: owner(), domain: one(names.domains) },
    })),
    ...make("Resource", names.resources, () => ({
      metadata: { tags: several(tags, 2) },
      spec: { type: one(["database", "queue"]), owner: owner(), system: one(names.systems) },
    })),
    ...make("API", names.apis, (name) => ({
      metadata: { tags: several(tags, 2) },
      spec: {
        type: "openapi",
        lifecycle: one(lifecycles),
        owner: owner(),
        system: one(names.systems),
        definition: `openapi: 3.0.0\ninfo:\n  title: ${name}\n  version: 1.0.0\npaths: {}\n`,
      },
    })),
    ...make("Component", names.components, (name, index) => ({
      metadata: {
        title: name.replaceAll("-", " "),
        tags: several(tags, 2 + below(3)),
        annotations: { "github.com/project-slug": `company/${name}` },
        links: [{ url: `https://boards.example.com/${name}`, title: "Board" }],
      },
      spec: {
        type: one(["service", "service", "website", "library"]),
        lifecycle: one(lifecycles),
        owner: owner(),
        system: one(names.systems),
        // Earlier components only, so that nothing goes round in circles.
        dependsOn: dependencies(names, index, chooser),
        providesApis: several(names.apis, index % 3),
        consumesApis: several(names.apis, (index + 1) % 3),
      },
    })),
  ];
}

function dependencies({ components, resources }: Names, index: number, { below, one }: Chooser): string[] {
  const chosen = new Set<string>();
  while (chosen.size < 2 + (index % 2))
    chosen.add(
      index > 10 && below(10) < 6 ? `component:${components[below(index)]}` : `resource:${one(resources)}`,
    );
  return [...chosen];
}

/** Writes an organisation of `size` entries, about 4.6 relations each, as multi-document files of 500. Deterministic. */
export function generateOrganisation(folder: string, size: number): void {
  const chooser = makeChooser(20_260);
  const documents = writeDocuments(chooseNames(size, chooser), chooser);
  mkdirSync(folder, { recursive: true });
  for (const [kind, list] of Object.entries(Object.groupBy(documents, ({ kind }) => kind.toLowerCase())))
    for (let from = 0; from < (list?.length ?? 0); from += 500) {
      const texts = list
        ?.slice(from, from + 500)
        .map((it) => stringify({ apiVersion: "backstage.io/v1alpha1", ...it }));
      writeFileSync(
        join(folder, `${kind}-${String(from / 500).padStart(3, "0")}.yaml`),
        texts?.join("---\n") ?? "",
      );
    }
}
