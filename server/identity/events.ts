import type { Role, TokenScope } from "#server/core/actor.ts";

declare module "#server/core/events.ts" {
  interface EventTypes {
    "session.started": { via: "demo"; userName: string };
    "session.ended": { userName: string };
    "token.created": { name: string; role: Role; scopes: readonly TokenScope[]; expiresAt: string };
    "token.revoked": { name: string };
    "tour.finished": { userName: string };
    "shortcuts.changed": { isOn: boolean };
  }
}
