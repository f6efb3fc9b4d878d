import { scimSchemas } from "./model.ts";

type Row = { id: string; externalId: string | null; document: unknown; createdAt: Date; updatedAt: Date };
export type UserRow = Row & {
  userName: string;
  isActive: boolean;
  groups: { value: string; display: string }[];
};
export type GroupRow = Row & { displayName: string; members: { value: string; display: string }[] };
export type ScimResource = Record<string, unknown> & { id: string; schemas: string[] };

const metaOf = (row: Row, type: "User" | "Group", base: string) => ({
  resourceType: type,
  created: row.createdAt.toISOString(),
  lastModified: row.updatedAt.toISOString(),
  location: `${base}/${type}s/${row.id}`,
  version: `W/"${row.updatedAt.getTime()}"`,
});

const schemasOf = (document: Record<string, unknown>, core: string) => [
  core,
  ...Object.keys(document).filter((key) => key.startsWith("urn:")),
];

/** A user as its client reads it: what the client wrote, with what only we know. `base` is the address of the SCIM server. */
export function userResource(row: UserRow, base: string): ScimResource {
  const document = row.document as Record<string, unknown>;
  return {
    ...document,
    schemas: schemasOf(document, scimSchemas.user),
    id: row.id,
    ...(row.externalId === null ? {} : { externalId: row.externalId }),
    userName: row.userName,
    active: row.isActive,
    groups: row.groups.map(({ value, display }) => ({ value, display, $ref: `${base}/Groups/${value}` })),
    meta: metaOf(row, "User", base),
  };
}

export function groupResource(row: GroupRow, base: string): ScimResource {
  const document = row.document as Record<string, unknown>;
  return {
    ...document,
    schemas: schemasOf(document, scimSchemas.group),
    id: row.id,
    ...(row.externalId === null ? {} : { externalId: row.externalId }),
    displayName: row.displayName,
    members: row.members.map(({ value, display }) => ({ value, display, $ref: `${base}/Users/${value}` })),
    meta: metaOf(row, "Group", base),
  };
}

/** What is ours in a resource, and what nobody needs to know: left out of what is stored. */
const notStored = new Set(["id", "meta", "schemas", "groups", "members", "password", "externalid"]);

/** The part of a resource that is kept as it came, without passwords. */
export function documentOf(resource: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(resource).filter(([key]) => !notStored.has(key.toLowerCase())));
}
