import { roles } from "#server/core/actor.ts";

const files = `
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: engineering }
spec: { type: department, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: ours }
spec: { type: team, parent: engineering, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: theirs }
spec: { type: team, parent: engineering, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: leaver-ours }
spec: { memberOf: [ours] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: nobody-yet-ours }
spec: { memberOf: [ours] }
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: left-behind }
spec: { type: database, owner: "user:leaver-ours" }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: our-service, annotations: { github.com/project-slug: acme/our-service, backstage.io/techdocs-ref: "dir:." } }
spec: { type: service, lifecycle: production, owner: ours, providesApis: [our-api], dependsOn: ["component:ghost"] }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: their-service, annotations: { github.com/project-slug: acme/their-service } }
spec: { type: service, lifecycle: production, owner: theirs, dependsOn: [component:our-service] }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: lost-service }
spec: { type: service, lifecycle: production, owner: nobody }
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: our-api }
spec: { type: openapi, lifecycle: production, owner: ours, definition: "DEFINITION" }
`;

/** As it was, and as it is: one parameter more that callers have to send. */
const definitions = [
  "",
  "parameters: [{ name: page, in: query, required: true, schema: { type: integer } }], ",
].map(
  (parameters) =>
    `openapi: 3.0.0, info: { title: Ours, version: 1.0.0 }, paths: { /things: { get: { operationId: listThings, ${parameters}responses: { 200: { description: Things, content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } } } } } }, components: { schemas: { Thing: { type: object } } }`,
);

/** A User of the catalogue for each caller who is one. */
const callerEntries = () =>
  [...roles, "maintainer" as const].flatMap((role) =>
    (["ours", "theirs"] as const).map(
      (team) => `apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: ${role}-${team} }
spec: { memberOf: [${team}] }
`,
    ),
  );

/** The catalogue file of this organisation, as it was and as it is. */
export const organisationTexts = (): string[] =>
  definitions.map((definition) =>
    [files.replace("DEFINITION", `{ ${definition} }`), ...callerEntries()].join("---\n"),
  );
