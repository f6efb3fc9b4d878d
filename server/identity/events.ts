import type { Role, TokenScope } from "#server/core/actor.ts";
import type { Protocol } from "./providers/model.ts";

/** `changed` names fields, never values. */
type ProviderChange = { name: string; protocol: Protocol; issuer: string; changed: readonly string[] };

type DirectoryUser = { userName: string; directory: string };
type DirectoryGroup = { groupName: string; directory: string; members: number };

declare module "#server/core/events.ts" {
  interface EventTypes {
    "session.started": { via: "demo" | "provider" | "link" | "setup"; userName: string; provider?: string };
    "session.confirmed": { userName: string; provider: string };
    "session.ended": { userName: string; browser?: string };
    "session.ended-all": { userName: string; count: number };
    /** Somebody did not get in. `reason` is the page's word for it, `detail` what an admin needs to know. */
    "session.refused": { reason: string; detail: string; provider: string; address: string | null };
    "person.created": { userName: string; provider: string };
    "account.linked": { userName: string; provider: string; issuer: string; login: string | null };
    /** A sign-in that counts, of which something could not be read, such as the groups. */
    "account.partly-read": { userName: string; provider: string; detail: string };
    "account.unlinked": { userName: string; issuer: string; login: string | null };
    "sign-in-link.made": { userName: string; expiresAt: string };
    "provider.added": ProviderChange;
    "provider.changed": ProviderChange;
    "provider.removed": { name: string; endedSessions: number };
    "provider.switched-off": { name: string; endedSessions: number };
    "provider.switched-on": { name: string };
    "token.created": { name: string; role: Role; scopes: readonly TokenScope[]; expiresAt: string };
    "token.revoked": { name: string };
    "person.role-changed": {
      userName: string;
      from: Role;
      to: Role;
      because: "groups" | "admin" | "setup";
      /** The rule that gave the role, in words; absent where an admin did. */
      rule?: string;
      groupRefs: readonly string[];
    };
    "person.role-by-groups": { userName: string };
    "person.disabled": {
      userName: string;
      reason: string;
      via: "admin" | "scim";
      sessions: number;
      tokens: number;
      reviews: number;
    };
    "person.enabled": { userName: string; via: "admin" | "scim" };
    "person.linked": {
      userName: string;
      personRef: string;
      by: "claim" | "github" | "admin";
      groupRefs: readonly string[];
    };
    "person.unlinked": { userName: string; personRef: string };
    "group-role.saved": { source: string; groupName: string; role: Role; groupRefs: readonly string[] };
    "group-role.removed": { source: string; groupName: string; role: Role };
    "maintainer.named": { userName: string; groupRef: string };
    "maintainer.removed": { userName: string; groupRef: string };
    "ownership.settled": { formerOwnerRef: string; note: string };
    "service-account.created": { name: string; role: Role; groupRefs: readonly string[] };
    "service-account.disabled": { name: string; tokens: number };
    "service-account.enabled": { name: string };
    "directory.connected": { name: string };
    "directory.token-renewed": { name: string };
    "directory.disconnected": { name: string };
    "directory-user.added": DirectoryUser & { isActive: boolean };
    "directory-user.changed": DirectoryUser & { isActive: boolean };
    "directory-user.removed": DirectoryUser;
    "directory-group.added": DirectoryGroup;
    "directory-group.changed": DirectoryGroup;
    "directory-group.removed": DirectoryGroup;
    "tour.finished": { userName: string };
    "shortcuts.changed": { isOn: boolean };
  }
}
