import { randomUUID } from "node:crypto";
import { connectionInstallations } from "#db/schema/connections.ts";
import { connections } from "#db/schema/core.ts";
import type { Db } from "#db/types.ts";
import type { Owner } from "#server/connections/model.ts";
import { putSecret, SourceSettings } from "#server/connections/stored-connection.ts";
import type { Outside } from "#server/core/outside.ts";
import { makeOutside } from "#server/core/outside.ts";
import { as } from "../database.ts";
import { testKeyring } from "../keyring.ts";
import type { FakeGithub } from "./fake-github.ts";
import type { FakeApp } from "./state.ts";

/** Approves the loopback addresses that the fakes listen at. */
export const loopbackRanges = ["127.0.0.0/8"];

/** The door that a job is handed; a connection opens its own through it. */
export const jobOutside = (): Outside => makeOutside({ hosts: [] });

/** To be handed to `openConnection` in place of the process's keys. */
export const connectionOptions = { keyring: () => testKeyring };

type Options = Partial<SourceSettings> & { name?: string; kind?: "github" | "gitlab" };
type Served = Pick<FakeGithub, "webUrl" | "apiUrl">;

/** A connection to a fake by token, as a row, without its verb; answers its id. */
export async function connectByToken(
  db: Db,
  fake: Served,
  token: string,
  { name, kind, ...settings }: Options = {},
): Promise<string> {
  const id = await insert(db, fake, { name, kind, settings: { auth: "token", ...settings } });
  await putSecret(as(db), testKeyring, { connectionId: id, purpose: "token", value: token, replaces: true });
  return id;
}

/** The same as an App, with its installations listed. */
export async function connectApp(
  db: Db,
  fake: Served,
  { app, privateKey }: { app: FakeApp; privateKey: string },
  { name, ...settings }: Options = {},
): Promise<string> {
  const own = { id: String(app.id), slug: app.slug, clientId: null };
  const id = await insert(db, fake, {
    name,
    kind: "github",
    settings: { auth: "app", app: own, ...settings },
  });
  await putSecret(as(db), testKeyring, {
    connectionId: id,
    purpose: "private-key",
    value: privateKey,
    replaces: true,
  });
  for (const { id: externalId, account, selection, permissions } of app.installations)
    await db.insert(connectionInstallations).values({
      connectionId: id,
      externalId: String(externalId),
      account,
      accountType: "organization",
      selection,
      permissions,
      listedAt: new Date(),
    });
  return id;
}

async function insert(
  db: Db,
  { webUrl, apiUrl }: Served,
  row: { name: string | undefined; kind: "github" | "gitlab" | undefined; settings: Partial<SourceSettings> },
): Promise<string> {
  const id = randomUUID();
  const settings = SourceSettings.parse({ webUrl, apiUrl, privateRanges: loopbackRanges, ...row.settings });
  const name = row.name ?? `Connection ${id.slice(0, 8)}`;
  await db.insert(connections).values({ id, kind: row.kind ?? "github", name, settings });
  return id;
}

export const organization = (login: string): Owner => ({ login, type: "organization" });
