import { randomUUID } from "node:crypto";
import type { Ctx } from "#server/core/context.ts";
import { ensure, findDomainError, invalid } from "#server/core/errors.ts";
import type { Keyring } from "#server/core/keyring.ts";
import type { Outside } from "#server/core/outside.ts";
import { missingOf, notesOf } from "./identity-notes.ts";
import { TestConnection } from "./inputs.ts";
import { type Check, type ConnectionTest, kindNames, type Owner } from "./model.ts";
import { openHost } from "./open-connection.ts";
import { manageConnectionsRefusal } from "./policy.ts";
import { settingsOf } from "./save-connection.ts";
import { whereSecretsGo } from "./secret-target.ts";
import type { HostIdentity, SourceHost } from "./source-host.ts";
import { findSourceConnection, openSecret } from "./stored-connection.ts";

const passed = (name: string, message: string): Check => ({ name, state: "passed", message });
const failed = (name: string, message: string): Check => ({ name, state: "failed", message });
const warning = (name: string, message: string): Check => ({ name, state: "warning", message });

/**
 * Tries the settings as they stand in the form, and writes nothing down. A stored secret is used only for where it was
 * meant to go. What does not work is a check that failed, never an error.
 */
export async function testConnection(
  ctx: Ctx,
  outside: Outside,
  raw: TestConnection,
  keyring: () => Keyring,
): Promise<ConnectionTest> {
  ensure(manageConnectionsRefusal(ctx.actor));
  const input = TestConnection.parse(raw);
  const settings = settingsOf(input);
  const kind = input.auth === "token" ? input.kind : "github";
  const stored = input.id ? await findSourceConnection(ctx, input.id) : null;
  const isSame = stored !== null && whereSecretsGo(stored) === whereSecretsGo({ kind, settings });
  const purpose = input.auth === "token" ? "token" : "private-key";
  const given = input.auth === "token" ? input.token : input.privateKey;
  const secret = given ?? (stored && isSame ? await openSecret(ctx, keyring(), stored.id, purpose) : null);
  if (!secret)
    throw input.auth === "token"
      ? invalid("Enter the token", "token")
      : invalid("Enter the private key", "privateKey");
  const connection = { id: input.id ?? randomUUID(), kind, name: input.name, settings };
  const secrets =
    input.auth === "token" ? { token: secret, privateKey: null } : { token: null, privateKey: secret };
  const name = kindNames[kind];
  try {
    const host = await openHost(ctx, outside, connection, secrets, { isUrgent: true, isTrial: true });
    try {
      return await lookAround(ctx, host, input.auth === "token" ? input.owners : []);
    } finally {
      await host.close();
    }
  } catch (error) {
    const told = findDomainError(error);
    if (!told || told.field) throw error;
    return { checks: [failed(name, told.message)], owners: [], identity: null };
  }
}

async function lookAround(ctx: Ctx, host: SourceHost, wanted: readonly Owner[]): Promise<ConnectionTest> {
  const identity = await host.readIdentity();
  const name = kindNames[host.kind];
  const checks: Check[] = [passed(name, identitySentence(host, identity))];
  const owners: Owner[] = [];
  if (identity.installations)
    for (const { account, accountType, selection } of identity.installations) {
      owners.push({ login: account, type: accountType });
      checks.push(
        passed(account, `The App is installed, for ${selection === "all" ? "all" : "selected"} repositories`),
      );
    }
  else {
    for (const { login } of wanted) {
      const found = await host.findOwner(login);
      if (found) owners.push(found);
      else
        checks.push(
          failed(login, "There is no such organisation, group or person, or this token cannot see it"),
        );
    }
  }
  for (const note of notesOf(identity, ctx.now())) checks.push(warning("To know", note));
  for (const { name: permission, without } of missingOf(identity))
    checks.push(warning(permission, `Not permitted. ${without}`));
  const suggested = wanted.length === 0 && !identity.installations ? identity.organizations : [];
  return {
    checks,
    owners: owners.length > 0 ? owners : suggested.map((login) => ({ login, type: "organization" as const })),
    identity: identity.name,
  };
}

function identitySentence(host: SourceHost, { name, app, scopes, organizations }: HostIdentity): string {
  const where = new URL(host.webUrl).host;
  if (app) return `${where} knows the App "${name}"`;
  const kind = scopes === null ? "" : ` with ${scopes.length === 0 ? "no scope" : scopes.join(", ")}`;
  const known = organizations.length > 0 ? `, a member of ${organizations.slice(0, 10).join(", ")}` : "";
  return `${where} knows the token as ${name}${kind}${known}`;
}
