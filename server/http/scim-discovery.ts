import { scimPageMax, scimSchemas } from "#server/identity/scim/model.ts";

/** What the server can do. Source: RFC 7643, section 5. */
export const serviceProviderConfig = {
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: scimPageMax },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
  authenticationSchemes: [
    {
      type: "oauthbearertoken",
      name: "Bearer token",
      description: "The token that was shown when the directory was connected",
      primary: true,
    },
  ],
};

export const resourceTypes = [
  {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
    id: "User",
    name: "User",
    endpoint: "/Users",
    schema: scimSchemas.user,
    schemaExtensions: [{ schema: scimSchemas.enterpriseUser, required: false }],
  },
  {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
    id: "Group",
    name: "Group",
    endpoint: "/Groups",
    schema: scimSchemas.group,
  },
];

type Options = { type?: string; isRequired?: boolean; unique?: boolean; readOnly?: boolean; many?: boolean };

const attribute = (name: string, options: Options = {}, subAttributes: object[] = []) => ({
  name,
  type: options.type ?? "string",
  multiValued: options.many ?? false,
  required: options.isRequired ?? false,
  caseExact: name === "id" || name === "externalId",
  mutability: options.readOnly ? "readOnly" : "readWrite",
  returned: "default",
  uniqueness: options.unique ? "server" : "none",
  ...(subAttributes.length > 0 ? { subAttributes } : {}),
});

/** The attributes that mean something here; others are kept and given back as they came. */
export const schemas = [
  {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
    id: scimSchemas.user,
    name: "User",
    description: "Somebody of the directory",
    attributes: [
      attribute("userName", { isRequired: true, unique: true }),
      attribute("externalId"),
      attribute("active", { type: "boolean" }),
      attribute("displayName"),
      attribute("name", { type: "complex" }, [attribute("givenName"), attribute("familyName")]),
      attribute("emails", { type: "complex", many: true }, [attribute("value"), attribute("type")]),
      attribute("groups", { type: "complex", many: true, readOnly: true }, [
        attribute("value", { readOnly: true }),
        attribute("display", { readOnly: true }),
      ]),
    ],
  },
  {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
    id: scimSchemas.group,
    name: "Group",
    description: "A group of the directory",
    attributes: [
      attribute("displayName", { isRequired: true, unique: true }),
      attribute("externalId"),
      attribute("members", { type: "complex", many: true }, [attribute("value"), attribute("display")]),
    ],
  },
];
