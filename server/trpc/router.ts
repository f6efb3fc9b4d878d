import { audit } from "./audit.ts";
import { catalog } from "./catalog.ts";
import { delivery } from "./delivery.ts";
import { demo } from "./demo.ts";
import { github } from "./github.ts";
import { identity } from "./identity.ts";
import { router } from "./init.ts";
import { installation } from "./installation.ts";
import { notifications } from "./notifications.ts";
import { recovery } from "./recovery.ts";
import { setup } from "./setup.ts";

export const appRouter = router({
  audit,
  catalog,
  delivery,
  demo,
  github,
  identity,
  installation,
  notifications,
  recovery,
  setup,
});

export type AppRouter = typeof appRouter;
