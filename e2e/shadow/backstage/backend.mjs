// The smallest real Backstage backend: its catalogue and what that needs. Started by run.mjs in the folder it installs.
import { createBackend } from "@backstage/backend-defaults";

const backend = createBackend();
backend.add(import("@backstage/plugin-catalog-backend"));
await backend.start();
