import { directoryOnly, type RestRow } from "./row.ts";

export const scimRoutes: Readonly<Record<string, RestRow>> = {
  "GET /api/scim/v2/ServiceProviderConfig": directoryOnly("/ServiceProviderConfig"),
  "GET /api/scim/v2/ResourceTypes": directoryOnly("/ResourceTypes"),
  "GET /api/scim/v2/ResourceTypes/:id": directoryOnly("/ResourceTypes/User"),
  "GET /api/scim/v2/Schemas": directoryOnly("/Schemas"),
  "GET /api/scim/v2/Schemas/:id": directoryOnly("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User"),
  "GET /api/scim/v2/Users": directoryOnly("/Users"),
  "POST /api/scim/v2/Users": directoryOnly("/Users", { userName: "new" }),
  "GET /api/scim/v2/Users/:id": directoryOnly("/Users/x"),
  "PUT /api/scim/v2/Users/:id": directoryOnly("/Users/x", { userName: "new" }),
  "PATCH /api/scim/v2/Users/:id": directoryOnly("/Users/x", { Operations: [] }),
  "DELETE /api/scim/v2/Users/:id": directoryOnly("/Users/x"),
  "GET /api/scim/v2/Groups": directoryOnly("/Groups"),
  "POST /api/scim/v2/Groups": directoryOnly("/Groups", { displayName: "new" }),
  "GET /api/scim/v2/Groups/:id": directoryOnly("/Groups/x"),
  "PUT /api/scim/v2/Groups/:id": directoryOnly("/Groups/x", { displayName: "new" }),
  "PATCH /api/scim/v2/Groups/:id": directoryOnly("/Groups/x", { Operations: [] }),
  "DELETE /api/scim/v2/Groups/:id": directoryOnly("/Groups/x"),
};
