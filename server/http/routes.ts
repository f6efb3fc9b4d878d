import { auditRoutes } from "./audit.ts";
import { authRoutes } from "./auth.ts";
import { catalogRoutes } from "./catalog.ts";
import { providerTestRoutes } from "./provider-test.ts";
import type { HttpRoute } from "./route.ts";
import { scimRoutes } from "./scim.ts";
import { setupRoutes } from "./setup.ts";
import { signInRoutes } from "./sign-in.ts";

/** Every REST route that the listener answers before Next; `surface.test.ts` lists them with their access. */
export const httpRoutes: readonly HttpRoute[] = [
  ...auditRoutes,
  ...authRoutes,
  ...signInRoutes,
  ...providerTestRoutes,
  ...catalogRoutes,
  ...scimRoutes,
  ...setupRoutes,
];
