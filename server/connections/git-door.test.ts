import { eq } from "drizzle-orm";
import { expect } from "vitest";
import { connections } from "#db/schema/core.ts";
import { as, test } from "#server/testing/database.ts";
import {
  connectApp,
  connectByToken,
  connectionOptions,
  jobOutside,
  organization,
} from "#server/testing/fake-github/connect.ts";
import { serveFakeGithub } from "#server/testing/fake-github/fake-github.ts";
import { giveApp, giveToken, install } from "#server/testing/fake-github/world.ts";
import { serveHttp } from "#server/testing/serve-http.ts";
import { openGitDoor } from "./git-door.ts";

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

test("git is shown the credentials of the connection that has this host and owner, and nobody else is", async ({
  db,
}) => {
  const fake = await serveFakeGithub();
  const other = await serveHttp((_, response) => response.end("no"));
  const token = giveToken(fake);
  const id = await connectByToken(db, fake, token, { owners: [organization("acme")] });
  const door = (url: string) => openGitDoor(as(db), jobOutside(), url, connectionOptions);
  const opened = await door(`${fake.webUrl}/Acme/web.git`);
  const authorized = fake.asked.length;
  await opened?.stream({
    url: `${fake.webUrl}/acme/web.git/info/refs?service=git-upload-pack`,
    method: "GET",
    headers: {},
    maxBytes: 1_000,
    timeoutMs: 5_000,
  });
  expect(fake.asked[authorized]?.headers.authorization).toBe(basic("x-access-token", token));
  await opened?.get(`http://127.0.0.1:${other.port}/`);
  expect(other.asked[0]?.headers).not.toHaveProperty("authorization");
  expect(await door(`${fake.webUrl}/globex/web.git`)).toBeNull();
  expect(await door(`${fake.webUrl}/acme-evil/web.git`)).toBeNull();
  expect(await door("https://github.com/acme/web.git")).toBeNull();
  await db.update(connections).set({ disabledAt: new Date() }).where(eq(connections.id, id));
  expect(await door(`${fake.webUrl}/acme/web.git`)).toBeNull();
});

test("an App lends a token of the installation", async ({ db }) => {
  const fake = await serveFakeGithub();
  const made = giveApp(fake);
  install(fake, made.app, "acme");
  await connectApp(db, fake, made);
  const door = await openGitDoor(as(db), jobOutside(), `${fake.webUrl}/acme/web`, connectionOptions);
  await door?.get(`${fake.webUrl}/acme/web/info/refs`);
  const [token = ""] = fake.state.installationTokens.keys();
  expect(fake.asked.at(-1)?.headers.authorization).toBe(basic("x-access-token", token));
  expect(await openGitDoor(as(db), jobOutside(), `${fake.webUrl}/globex/web`, connectionOptions)).toBeNull();
});
