/** The names that SCIM gives its shapes. Source: RFC 7643, section 8.7, and RFC 7644, section 3. */
export const scimSchemas = {
  user: "urn:ietf:params:scim:schemas:core:2.0:User",
  enterpriseUser: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
  group: "urn:ietf:params:scim:schemas:core:2.0:Group",
  list: "urn:ietf:params:scim:api:messages:2.0:ListResponse",
} as const;

export const scimTokenPrefix = "scim_";
/** One answer holds at most this many resources. */
export const scimPageMax = 200;
export const scimMembersMax = 20_000;

/** How a SCIM user is found among the accounts of its sign-in provider: by the subject, or by a claim such as Entra's `oid`. */
export type ScimSettings = { tokenHash: string; hint: string; providerId: string; matchClaim: string };

export type ScimConnection = { id: string; name: string; providerId: string; matchClaim: string };
