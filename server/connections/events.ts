import type { Auth, SourceKind } from "./model.ts";

/** `changed` names fields, never values. */
type Change = { kind: SourceKind; auth: Auth; name: string; host: string; changed: readonly string[] };
type Named = { kind: SourceKind; name: string; host: string };

declare module "#server/core/events.ts" {
  interface EventTypes {
    "connection.added": Change;
    "connection.changed": Change;
    "connection.removed": Named & { repositories: number };
    "connection.switched-off": Named;
    "connection.switched-on": Named;
    "connection.secret-made": Named & { purpose: "webhook"; retired: number };
    "connection.check-ordered": Named;
    /** Only where it begins and ends, not at each try. */
    "connection.failed": Named & { reason: string };
    "connection.recovered": Named;
    "connection.installed": Named & { account: string; selection: "all" | "selected" };
    "connection.uninstalled": Named & { account: string };
  }
}
