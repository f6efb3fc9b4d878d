import { generateKeyPairSync } from "node:crypto";
import type { FakeGithub } from "./fake-github.ts";
import type { FakeApp, FakeInstallation } from "./state.ts";

/** A personal token that may read everything, as a classic one with scopes (null: a fine-grained one). */
export function giveToken(
  fake: FakeGithub,
  login = "ana",
  scopes: string[] | null = ["repo", "read:org"],
): string {
  const token = `ghp_${login}${fake.state.nextId()}`;
  fake.state.owner(login, "User");
  fake.state.tokens.set(token, { login, scopes });
  return token;
}

export const readPermissions = {
  metadata: "read",
  contents: "read",
  members: "read",
  deployments: "read",
  pull_requests: "read",
  actions: "read",
  issues: "read",
};
export const allPermissions = {
  ...readPermissions,
  contents: "write",
  pull_requests: "write",
  checks: "write",
};

let pair: { privateKey: string; publicKey: string } | undefined;

/** An App, with the private key that a connection is given. One key for all: making one takes a tenth of a second. */
export function giveApp(
  fake: FakeGithub,
  permissions: Record<string, string> = allPermissions,
): { app: FakeApp; privateKey: string } {
  pair ??= generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const id = fake.state.nextId();
  const app: FakeApp = {
    id,
    slug: `milepost-${id}`,
    name: `Milepost ${id}`,
    publicKey: pair.publicKey,
    permissions,
    installations: [],
  };
  fake.state.apps.push(app);
  return { app, privateKey: pair.privateKey };
}

export function install(
  fake: FakeGithub,
  app: FakeApp,
  account: string,
  options: Partial<FakeInstallation> = {},
): FakeInstallation {
  fake.state.owner(account);
  const made: FakeInstallation = {
    id: fake.state.nextId(),
    account,
    selection: "all",
    repositories: [],
    permissions: app.permissions,
    suspendedAt: null,
    ...options,
  };
  app.installations.push(made);
  return made;
}
