import { auditProcedures, auditRoutes } from "./access/audit.ts";
import { catalogProcedures, catalogRoutes } from "./access/catalog.ts";
import { deliveryProcedures } from "./access/delivery.ts";
import { demoProcedures } from "./access/demo.ts";
import { githubProcedures } from "./access/github.ts";
import { identityProcedures } from "./access/identity.ts";
import { installationProcedures } from "./access/installation.ts";
import { notificationsProcedures } from "./access/notifications.ts";
import { recoveryProcedures } from "./access/recovery.ts";
import type { ProcedureRow, RestRow } from "./access/row.ts";
import { scimRoutes } from "./access/scim.ts";
import { setupProcedures, setupRoutes } from "./access/setup.ts";
import { signInRoutes } from "./access/sign-in.ts";
import type { Caller } from "./callers.ts";

/** Who may call what, as it is meant: written by hand and apart from the router, so that either can be wrong. */
export const procedureRows: Readonly<Record<string, ProcedureRow>> = {
  ...auditProcedures,
  ...catalogProcedures,
  ...deliveryProcedures,
  ...demoProcedures,
  ...githubProcedures,
  ...identityProcedures,
  ...installationProcedures,
  ...notificationsProcedures,
  ...recoveryProcedures,
  ...setupProcedures,
};

/** The same for REST: the row's name is that of the table, its path one that is answered. */
export const restRows: Readonly<Record<string, RestRow>> = {
  ...auditRoutes,
  ...catalogRoutes,
  ...scimRoutes,
  ...setupRoutes,
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
