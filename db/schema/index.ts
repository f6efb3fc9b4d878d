// The only barrel: drizzle-kit reads it to compare schema and migrations.
export * from "./apis.ts";
export * from "./cards.ts";
export * from "./catalog.ts";
export * from "./catalog-api.ts";
export * from "./catalog-sources.ts";
export * from "./connections.ts";
export * from "./core.ts";
export * from "./delivery.ts";
export * from "./discovery.ts";
export * from "./docs.ts";
export * from "./github.ts";
export * from "./identity.ts";
export * from "./notifications.ts";
export * from "./search.ts";
export * from "./shadow.ts";
export * from "./trust.ts";
