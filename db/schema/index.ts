// The only barrel: drizzle-kit reads it to compare schema and migrations.
export * from "./catalog.ts";
export * from "./core.ts";
export * from "./delivery.ts";
export * from "./github.ts";
export * from "./identity.ts";
export * from "./notifications.ts";
