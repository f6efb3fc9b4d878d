import { authRoutes } from "./auth.ts";
import { catalogRoutes } from "./catalog.ts";
import type { HttpRoute } from "./route.ts";

/** Every REST route that the listener answers before Next; `surface.test.ts` lists them with their access. */
export const httpRoutes: readonly HttpRoute[] = [...authRoutes, ...catalogRoutes];
