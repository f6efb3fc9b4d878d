import { randomUUID } from "node:crypto";
import { auditChecks, auditSinks, connections } from "#db/schema/core.ts";
import {
  accounts,
  groupRoles,
  ownershipReviews,
  serviceAccounts,
  signInAttempts,
  signInLinks,
  teamMaintainers,
} from "#db/schema/identity.ts";
import { scimGroups, scimMembers, scimUsers } from "#db/schema/identity-scim.ts";
import type { Db } from "#db/types.ts";
import { sha256 } from "#server/core/crypto.ts";
import { awkward } from "./awkward.ts";
import { fillCards } from "./entries.ts";
import { fillConnection, fillSources } from "./sources.ts";

const day = 86_400_000;

export async function fillIdentity(db: Db, userId: string): Promise<void> {
  const [signIn, scim, sink, github] = await db
    .insert(connections)
    .values([
      { kind: "sign-in", name: awkward, settings: { issuer: "https://id.example.com", awkward } },
      { kind: "scim", name: "Filled SCIM" },
      { kind: "audit-sink", name: "Filled sink" },
      { kind: "github", name: "Filled GitHub" },
    ])
    .returning({ id: connections.id });
  const connectionId = scim?.id ?? "";
  await db.insert(accounts).values({
    userId,
    connectionId: signIn?.id ?? null,
    issuer: "https://id.example.com",
    subject: "1",
    name: awkward,
    groupNames: ["a,b", awkward, "{}", ""],
    claims: { nested: [awkward, null, 1.5, 1e21] },
  });
  await db.insert(signInAttempts).values({
    stateHash: sha256("state"),
    browserHash: sha256("browser"),
    purpose: "sign-in",
    sealed: Buffer.from([0]),
    expiresAt: new Date(0),
  });
  await db
    .insert(signInLinks)
    .values({ tokenHash: sha256("link"), userId, expiresAt: new Date(Date.now() + day) });
  const by = { createdByName: "A test" };
  await db.insert(groupRoles).values({ source: "claim", groupName: awkward, role: "admin", ...by });
  await db.insert(teamMaintainers).values({ groupRef: "group:default/ours", userId, ...by });
  await db.insert(ownershipReviews).values({
    entityRef: "component:default/our-service",
    formerOwnerRef: "user:default/gone",
    formerOwnerName: awkward,
  });
  await db.insert(serviceAccounts).values({ name: "Filled robot", role: "developer", ...by });
  const member = randomUUID();
  const group = randomUUID();
  await db.insert(scimUsers).values({ id: member, connectionId, userName: "Ana", document: {}, userId });
  await db.insert(scimGroups).values({ id: group, connectionId, displayName: "Ours", document: {} });
  await db.insert(scimMembers).values({ groupId: group, userId: member });
  await db.insert(auditSinks).values({ connectionId: sink?.id ?? "" });
  await fillSources(db, github?.id ?? "");
  await fillConnection(db, github?.id ?? "", userId);
  await fillCards(db);
  await db
    .insert(auditChecks)
    .values({ result: { note: awkward } })
    .onConflictDoNothing();
}
