import { eq, sql } from "drizzle-orm";
import { connections } from "#db/schema/core.ts";
import { accounts, users } from "#db/schema/identity.ts";
import type { Ctx } from "#server/core/context.ts";
import { holdPerson } from "./hold-person.ts";

/**
 * Where Backstage's GitHub provider writes somebody's login and, in newer releases, the number that stays when a login is
 * given up and taken by somebody else.
 */
const githubLoginAnnotation = "github.com/user-login";
const githubIdAnnotation = "github.com/user-id";

/**
 * Finds out who of the catalogue has just signed in: by a claim that the provider's settings match to an annotation of
 * Users, letter for letter, or by the login of a fresh sign-in at GitHub. Never by an e-mail address. Where it is not one
 * person, or somebody else is that person already, a note says why, and an admin or maintainer decides.
 */
export async function linkAtSignIn(tx: Ctx, who: { userId: string; accountId: string }): Promise<void> {
  const [account] = await tx.db
    .select({
      login: accounts.login,
      subject: accounts.subject,
      claims: accounts.claims,
      settings: connections.settings,
      personRef: users.personRef,
      linkedBy: users.personLinkedBy,
      note: users.personNote,
    })
    .from(accounts)
    .innerJoin(users, eq(users.id, accounts.userId))
    .leftJoin(connections, eq(connections.id, accounts.connectionId))
    .where(eq(accounts.id, who.accountId));
  if (!account || account.linkedBy === "admin") return;
  const sign = signOf(account);
  if (!sign) return;
  const note = await linkBy(tx, { userId: who.userId, personRef: account.personRef, sign });
  if (note !== account.note)
    await tx.db.update(users).set({ personNote: note }).where(eq(users.id, who.userId));
}

/** What a person is looked for by: `label` is how the note calls it. */
type Sign = {
  by: "claim" | "github";
  annotation: string;
  value: string;
  label: string;
  /** GitHub's number of the account: a User that names another one is somebody else with the same login. */
  githubId: string | null;
};

type Account = { login: string | null; subject: string; claims: unknown; settings: unknown };

function signOf(account: Account): Sign | null {
  const { protocol, personClaim, personAnnotation } = (account.settings ?? {}) as Record<string, unknown>;
  const annotation = typeof personAnnotation === "string" && personAnnotation ? personAnnotation : null;
  if (protocol === "github")
    return account.login
      ? {
          by: "github",
          annotation: annotation ?? githubLoginAnnotation,
          value: account.login,
          label: `the GitHub login "${account.login}"`,
          githubId: account.subject,
        }
      : null;
  if (typeof personClaim !== "string" || !annotation) return null;
  const value = (account.claims as Record<string, unknown>)[personClaim];
  if (value === undefined || value === null || value === "") return null;
  return {
    by: "claim",
    annotation,
    value: String(value),
    label: `the ${personClaim} "${String(value).slice(0, 80)}"`,
    githubId: null,
  };
}

/** Links where it is clear, and answers with the note for where it is not. */
async function linkBy(
  tx: Ctx,
  { userId, personRef, sign }: { userId: string; personRef: string | null; sign: Sign },
): Promise<string | null> {
  const people = await findBySign(tx, sign);
  const [found] = people;
  // Somebody whose annotation went away stays who they are.
  if (personRef && people.length !== 1) return null;
  if (!found) return `No person of the catalog has ${sign.label} in the annotation ${sign.annotation}`;
  if (people.length > 1)
    return `${people.length} people of the catalog have ${sign.label}: ${people.slice(0, 3).join(", ")}`;
  if (found === personRef) return null;
  if (personRef) return `They are linked to ${personRef}, but ${sign.label} belongs to ${found}`;
  const linked = await holdPerson(tx, { userId, personRef: found, by: sign.by });
  return linked.isLinked ? null : `${found} has ${sign.label}, but is ${linked.heldBy} already`;
}

const keyOf = (annotation: string) => `metadata.annotations.${annotation.toLowerCase()}`;

/** Logins of GitHub know no upper and lower case; a claim is compared letter for letter. */
async function findBySign(tx: Ctx, { annotation, value, githubId }: Sign): Promise<string[]> {
  const exact = githubId
    ? sql`not exists (select 1 from entity_fields o where o.entity_id = e.id
        and o.key = ${keyOf(githubIdAnnotation)} and o.value is not null and o.value <> ${githubId})`
    : sql`coalesce(f.original, f.value) = ${value}`;
  const rows = await tx.db.execute<{ ref: string }>(sql`
    select distinct e.ref from entity_fields f join entities e on e.id = f.entity_id
    where f.key = ${keyOf(annotation)} and f.value = ${value.toLowerCase()} and ${exact}
      and e.kind_key = 'user' and e.file_gone_at is null
    order by e.ref limit 10`);
  return rows.map(({ ref }) => ref);
}
