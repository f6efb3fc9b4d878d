import { apiRoutes } from "./apis.ts";
import { auditRoutes } from "./audit.ts";
import { authRoutes } from "./auth.ts";
import { catalogRoutes } from "./catalog.ts";
import { catalogExportRoutes } from "./catalog-export.ts";
import { catalogSourceRoutes } from "./catalog-sources.ts";
import { connectionRoutes } from "./connections.ts";
import { deliveryExternalRoutes } from "./delivery-external.ts";
import { deliveryFigureRoutes } from "./delivery-figures.ts";
import { deliveryReportRoutes } from "./delivery-report.ts";
import { deliverySimulationRoutes } from "./delivery-simulations.ts";
import { deliverySourceRoutes } from "./delivery-sources.ts";
import { deliveryWhereRoutes } from "./delivery-where.ts";
import { docsRoutes } from "./docs.ts";
import { graphRoutes } from "./graph.ts";
import { providerTestRoutes } from "./provider-test.ts";
import type { HttpRoute } from "./route.ts";
import { scimRoutes } from "./scim.ts";
import { searchRoutes } from "./search.ts";
import { setupRoutes } from "./setup.ts";
import { shadowRoutes } from "./shadow-csv.ts";
import { signInRoutes } from "./sign-in.ts";
import { whoseRoutes } from "./whose.ts";

/** Every REST route that the listener answers before Next; `surface.test.ts` lists them with their access. */
export const httpRoutes: readonly HttpRoute[] = [
  ...apiRoutes,
  ...auditRoutes,
  ...authRoutes,
  ...signInRoutes,
  ...providerTestRoutes,
  ...catalogRoutes,
  ...catalogExportRoutes,
  ...connectionRoutes,
  ...deliveryExternalRoutes,
  ...deliveryFigureRoutes,
  ...deliveryReportRoutes,
  ...deliverySimulationRoutes,
  ...deliverySourceRoutes,
  ...deliveryWhereRoutes,
  ...docsRoutes,
  ...graphRoutes,
  ...catalogSourceRoutes,
  ...scimRoutes,
  ...searchRoutes,
  ...setupRoutes,
  ...shadowRoutes,
  ...whoseRoutes,
];
