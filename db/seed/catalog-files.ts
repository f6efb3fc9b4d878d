import { stringify } from "yaml";
import { type Component, components } from "./components.ts";
import { asyncApiDefinition, changedApi, graphqlDefinition, grpcDefinition, openApi } from "./definitions.ts";
import { documentationFiles, documentationReference } from "./documentation.ts";
import {
  departments,
  engineeringLead,
  leaver,
  organisation,
  personName,
  type Team,
  teams,
} from "./organisation.ts";
import { apis, domains, resources, systems } from "./systems.ts";

type Document = {
  apiVersion?: string;
  kind: string;
  metadata: Record<string, unknown>;
  spec: Record<string, unknown>;
};

export type CatalogFile = { path: string; text: string };

const file = (path: string, ...documents: readonly Document[]): CatalogFile => ({
  path,
  text: documents.map((one) => stringify({ apiVersion: "backstage.io/v1alpha1", ...one })).join("---\n"),
});

/** The file that is imported once and then taken away, as when somebody leaves. */
export const leaverFile = `people/${personName(leaver.fullName)}.yaml`;

/** All catalogue files of the organisation, by path; the same ones each time. */
export function catalogFiles(): CatalogFile[] {
  return [
    file("catalog-info.yaml", location(), ...domains.map(domain)),
    file("teams/organisation.yaml", company(), ...departments.map(department)),
    ...teams.map((team) =>
      file(`teams/${team.name}.yaml`, group(team), ...team.people.map((name) => user(name, team.name))),
    ),
    file(`people/${personName(engineeringLead)}.yaml`, user(engineeringLead, organisation.slug)),
    file(leaverFile, user(leaver.fullName, leaver.team)),
    ...systems.flatMap((system) => systemFiles(system)),
    ...["node-service", "static-site"].map((name) => file(`templates/${name}/template.yaml`, template(name))),
  ];
}

/** Files as they were before their last change. */
export const earlierFiles = (): CatalogFile[] =>
  apis
    .filter(({ name }) => name === changedApi)
    .map(({ name, system, description }) => ({
      path: `systems/${system}/${name}.json`,
      text: openApi(name, description, true),
    }));

/** Pages that the entries point to; they are no catalogue files. */
export const documentationPages = (): CatalogFile[] =>
  components.flatMap((one) =>
    documentationFiles(one.name).map(({ path, text }) => ({ path: `systems/${one.system}/${path}`, text })),
  );

function location(): Document {
  return {
    kind: "Location",
    metadata: { name: organisation.slug, description: "Where the rest of the catalog begins" },
    spec: { type: "file", targets: ["./teams/organisation.yaml", "./systems/*/catalog-info.yaml"] },
  };
}

function domain({ name, title, owner, description }: (typeof domains)[number]): Document {
  return { kind: "Domain", metadata: { name, title, description }, spec: { owner: `group:${owner}` } };
}

function company(): Document {
  const { slug, title } = organisation;
  return {
    kind: "Group",
    metadata: { name: slug, title, description: "Everybody in engineering" },
    spec: { type: "organisation", children: departments.map(({ name }) => name) },
  };
}

function department({ name, title, description }: (typeof departments)[number]): Document {
  const children = teams.filter((team) => team.department === name).map((team) => team.name);
  return {
    kind: "Group",
    metadata: { name, title, description },
    spec: { type: "department", parent: organisation.slug, children },
  };
}

function group(team: Team): Document {
  return {
    kind: "Group",
    metadata: { name: team.name, title: team.title, description: team.description },
    spec: {
      type: "team",
      parent: team.department,
      children: [],
      profile: { displayName: team.title, email: `${team.name}@${organisation.host}` },
    },
  };
}

function user(fullName: string, memberOf: string): Document {
  const name = personName(fullName);
  return {
    kind: "User",
    metadata: { name },
    spec: { profile: { displayName: fullName, email: `${name}@${organisation.host}` }, memberOf: [memberOf] },
  };
}

function systemFiles(system: (typeof systems)[number]): CatalogFile[] {
  const folder = `systems/${system.name}`;
  const { name, title, description } = system;
  const inside = components.filter((one) => one.system === name);
  const own = apis.filter((api) => api.system === name);
  const head: Document = {
    kind: "System",
    metadata: { name, title, description },
    spec: { owner: `group:${system.owner}`, domain: system.domain },
  };
  return [
    file(
      `${folder}/catalog-info.yaml`,
      head,
      ...resources.filter((one) => one.system === name).map((one) => resource(one, system.owner)),
      ...own.map((api) => apiEntry(api, system.owner)),
    ),
    ...inside.map((one) => file(`${folder}/${one.name}.yaml`, componentEntry(one))),
    ...own
      .filter((api) => api.type === "openapi")
      .map((api) => ({ path: `${folder}/${api.name}.json`, text: openApi(api.name, api.description) })),
  ];
}

function componentEntry(one: Component): Document {
  const isShared = components.some((other) => other.repository === one.repository && other.name !== one.name);
  const slug = `${organisation.slug}/${one.repository}`;
  const documented = documentationReference(one.name);
  return {
    kind: "Component",
    metadata: {
      name: one.name,
      title: one.title,
      description: one.description,
      annotations: {
        "github.com/project-slug": slug,
        ...(documented ? { "backstage.io/techdocs-ref": documented } : {}),
        ...(isShared
          ? {
              "milepost.dev/deployment-task": `deploy:${one.name}`,
              "milepost.dev/workflow": `.github/workflows/${one.name}.yml`,
            }
          : {}),
      },
      tags: [...one.tags],
      links: [{ url: `https://runbooks.${organisation.host}/${one.name}`, title: "Runbook", icon: "docs" }],
    },
    spec: {
      type: one.type,
      lifecycle: one.lifecycle,
      owner: one.owner.includes(":") ? one.owner : `group:${one.owner}`,
      system: one.system,
      ...(one.provides ? { providesApis: [...one.provides] } : {}),
      ...(one.consumes ? { consumesApis: [...one.consumes] } : {}),
      ...(one.dependsOn ? { dependsOn: [...one.dependsOn] } : {}),
    },
  };
}

function resource({ name, type, system, description }: (typeof resources)[number], owner: string): Document {
  return {
    kind: "Resource",
    metadata: { name, description },
    spec: { type, owner: `group:${owner}`, system },
  };
}

function apiEntry(api: (typeof apis)[number], owner: string): Document {
  const inline = { grpc: grpcDefinition, graphql: graphqlDefinition, asyncapi: asyncApiDefinition(api.name) };
  const definition = api.type === "openapi" ? { $text: `./${api.name}.json` } : inline[api.type];
  return {
    kind: "API",
    metadata: { name: api.name, description: api.description },
    spec: {
      type: api.type,
      lifecycle: "production",
      owner: `group:${owner}`,
      system: api.system,
      definition,
    },
  };
}

const templateWords: Readonly<Record<string, { title: string; description: string; type: string }>> = {
  "node-service": {
    title: "Node service",
    description: "A TypeScript service with tests, CI and deployment",
    type: "service",
  },
  "static-site": {
    title: "Static site",
    description: "Pages that are built once and served from the CDN",
    type: "website",
  },
};

/** An expression of the templating language, which looks like one of ours. */
const tag = (expression: string) => `\${{ ${expression} }}`;

function template(name: string): Document {
  const words = templateWords[name] ?? { title: name, description: "", type: "service" };
  return {
    apiVersion: "scaffolder.backstage.io/v1beta3",
    kind: "Template",
    metadata: { name, title: words.title, description: words.description, tags: ["recommended"] },
    spec: {
      owner: "group:platform",
      type: words.type,
      parameters: [
        {
          title: "The basics",
          required: ["name", "owner"],
          properties: {
            name: { type: "string", title: "Name", pattern: "^[a-z][a-z0-9-]{1,40}$" },
            owner: { type: "string", title: "Owner", "ui:field": "OwnerPicker" },
          },
        },
      ],
      steps: [
        {
          id: "fetch",
          name: "Copy the skeleton",
          action: "fetch:template",
          input: { url: "./skeleton", values: { name: tag("parameters.name") } },
        },
        {
          id: "publish",
          name: "Create the repository",
          action: "publish:github",
          input: {
            repoUrl: `${organisation.host}?owner=${organisation.slug}&repo=${tag("parameters.name")}`,
          },
        },
        {
          id: "register",
          name: "Add it to the catalog",
          action: "catalog:register",
          input: { repoContentsUrl: tag("steps.publish.output.repoContentsUrl") },
        },
      ],
    },
  };
}
