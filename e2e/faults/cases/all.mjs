import { databaseCases } from "./database.mjs";
import { pointCases } from "./points.mjs";
import { releaseCases } from "./release.mjs";
import { resourceCases } from "./resources.mjs";
import { secretCases } from "./secrets.mjs";
import { signInCases } from "./sign-in.mjs";
import { webCases } from "./web.mjs";
import { workerCases } from "./worker.mjs";

/** In the order of the list in docs/faults.md. */
export const allCases = [
  ...webCases,
  ...workerCases,
  ...databaseCases,
  ...resourceCases,
  ...signInCases,
  ...secretCases,
  ...releaseCases,
  ...pointCases,
];
