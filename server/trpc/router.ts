import { apis } from "./apis.ts";
import { audit } from "./audit.ts";
import { cards } from "./cards.ts";
import { catalog } from "./catalog.ts";
import { checks } from "./checks.ts";
import { connections } from "./connections.ts";
import { delivery } from "./delivery.ts";
import { deliveryExternal } from "./delivery-external.ts";
import { deliveryImports } from "./delivery-imports.ts";
import { deliverySimulations } from "./delivery-simulations.ts";
import { deliverySources } from "./delivery-sources.ts";
import { demo } from "./demo.ts";
import { discovery } from "./discovery.ts";
import { docs } from "./docs.ts";
import { entries } from "./entries.ts";
import { github } from "./github.ts";
import { graph } from "./graph.ts";
import { identity } from "./identity.ts";
import { router } from "./init.ts";
import { installation } from "./installation.ts";
import { notifications } from "./notifications.ts";
import { recovery } from "./recovery.ts";
import { search } from "./search.ts";
import { setup } from "./setup.ts";
import { shadow } from "./shadow.ts";
import { teams } from "./teams.ts";
import { trust } from "./trust.ts";
import { whose } from "./whose.ts";

export const appRouter = router({
  apis,
  audit,
  cards,
  catalog,
  connections,
  checks,
  delivery,
  deliveryImports,
  deliveryExternal,
  deliverySimulations,
  deliverySources,
  demo,
  discovery,
  docs,
  entries,
  github,
  graph,
  identity,
  installation,
  notifications,
  recovery,
  search,
  setup,
  shadow,
  teams,
  trust,
  whose,
});

export type AppRouter = typeof appRouter;
