import { apiProcedures, apiRoutes } from "./access/apis.ts";
import { auditProcedures, auditRoutes } from "./access/audit.ts";
import { cardsProcedures } from "./access/cards.ts";
import { catalogProcedures, catalogRoutes } from "./access/catalog.ts";
import { catalogSourceProcedures, catalogSourceRoutes } from "./access/catalog-sources.ts";
import { connectionProcedures, connectionRoutes } from "./access/connections.ts";
import { deliveryProcedures } from "./access/delivery.ts";
import { deliveryDecisionProcedures } from "./access/delivery-decisions.ts";
import { deliveryExternalProcedures, deliveryExternalRoutes } from "./access/delivery-external.ts";
import { deliveryFigureProcedures, deliveryFigureRoutes } from "./access/delivery-figures.ts";
import { deliveryImportProcedures } from "./access/delivery-imports.ts";
import { deliverySimulationProcedures, deliverySimulationRoutes } from "./access/delivery-simulations.ts";
import { deliverySourceProcedures, deliverySourceRoutes } from "./access/delivery-sources.ts";
import { deliveryWhereProcedures, deliveryWhereRoutes } from "./access/delivery-where.ts";
import { demoProcedures } from "./access/demo.ts";
import { discoveryProcedures } from "./access/discovery.ts";
import { docsProcedures, docsRoutes } from "./access/docs.ts";
import { githubProcedures } from "./access/github.ts";
import { identityProcedures } from "./access/identity.ts";
import { installationProcedures } from "./access/installation.ts";
import { notificationsProcedures } from "./access/notifications.ts";
import { recoveryProcedures } from "./access/recovery.ts";
import type { ProcedureRow, RestRow } from "./access/row.ts";
import { scimRoutes } from "./access/scim.ts";
import { searchProcedures, searchRoutes } from "./access/search.ts";
import { setupProcedures, setupRoutes } from "./access/setup.ts";
import { shadowProcedures, shadowRoutes } from "./access/shadow.ts";
import { signInRoutes } from "./access/sign-in.ts";
import { teamsProcedures } from "./access/teams.ts";
import { trustProcedures } from "./access/trust.ts";
import { whoseProcedures, whoseRoutes } from "./access/whose.ts";
import type { Caller } from "./callers.ts";

/** Who may call what, as it is meant: written by hand and apart from the router, so that either can be wrong. */
export const procedureRows: Readonly<Record<string, ProcedureRow>> = {
  ...apiProcedures,
  ...auditProcedures,
  ...cardsProcedures,
  ...catalogProcedures,
  ...catalogSourceProcedures,
  ...connectionProcedures,
  ...deliveryProcedures,
  ...deliveryDecisionProcedures,
  ...deliveryExternalProcedures,
  ...deliveryFigureProcedures,
  ...deliveryImportProcedures,
  ...deliverySimulationProcedures,
  ...deliverySourceProcedures,
  ...deliveryWhereProcedures,
  ...demoProcedures,
  ...docsProcedures,
  ...discoveryProcedures,
  ...docsProcedures,
  ...githubProcedures,
  ...identityProcedures,
  ...installationProcedures,
  ...notificationsProcedures,
  ...recoveryProcedures,
  ...searchProcedures,
  ...setupProcedures,
  ...shadowProcedures,
  ...teamsProcedures,
  ...whoseProcedures,
  ...trustProcedures,
};

/** The same for REST: the row's name is that of the table, its path one that is answered. */
export const restRows: Readonly<Record<string, RestRow>> = {
  ...apiRoutes,
  ...auditRoutes,
  ...catalogRoutes,
  ...catalogSourceRoutes,
  ...connectionRoutes,
  ...deliveryExternalRoutes,
  ...deliveryFigureRoutes,
  ...deliverySimulationRoutes,
  ...deliverySourceRoutes,
  ...deliveryWhereRoutes,
  ...docsRoutes,
  ...scimRoutes,
  ...searchRoutes,
  ...setupRoutes,
  ...shadowRoutes,
  ...whoseRoutes,
  ...signInRoutes,
};

/** What an answer tells a guest of the world that they are not to know. Their service's own file names ours. */
export function leaksTo(caller: Caller, answer: string): string[] {
  const team = caller.kind === "nobody" ? "no team" : caller.team;
  const hidden = {
    "own team": /their-\w+|\w+-theirs|default\/theirs|lost-service|left-behind/g,
    "other team": /our-api|\w+-ours|default\/ours|lost-service|left-behind/g,
    "no team": /(their|our)-(service|api)|\w+-(theirs|ours)|default\/(theirs|ours)|lost-service|left-behind/g,
  }[team];
  return [...new Set(answer.match(hidden) ?? [])];
}
