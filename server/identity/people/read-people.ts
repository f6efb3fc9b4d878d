import { type SQL, sql } from "drizzle-orm";
import { type Actor, hasRole, type Role } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { ensure } from "#server/core/errors.ts";
import { readCursor, writeCursor } from "#server/core/pagination.ts";
import { notNow, type Refusal, refusal } from "#server/core/refusal.ts";
import {
  endSessionsRefusal,
  linkPersonRefusal,
  managePeopleRefusal,
  manageSelfRefusal,
  readPeopleRefusal,
  relinkPersonRefusal,
} from "../policy.ts";
import type { ListPeople } from "./inputs.ts";

export type PersonAccount = {
  issuer: string;
  subject: string;
  login: string | null;
  provider: string | null;
};

export type PersonRow = {
  id: string;
  name: string;
  /** For admins and platform engineers only. */
  email: string | null;
  role: Role;
  roleSource: "admin" | "groups" | "setup" | "demo";
  guestGroupRefs: string[];
  personRef: string | null;
  personTitle: string | null;
  personLinkedBy: "claim" | "github" | "admin" | "demo" | null;
  /** Why nobody of the catalogue was found at the last sign-in. */
  personNote: string | null;
  isDemo: boolean;
  disabledAt: Date | null;
  disabledReason: string | null;
  signedInAt: Date | null;
  /** That may still hold; null for those who may not end them. */
  sessions: number | null;
  accounts: PersonAccount[];
  may: {
    setRole: Refusal | null;
    disable: Refusal | null;
    endSessions: Refusal | null;
    link: Refusal | null;
  };
};

type Row = Omit<PersonRow, "disabledAt" | "signedInAt" | "may"> & {
  disabledAt: string | null;
  signedInAt: string | null;
  key: string;
};

/**
 * Whom a maintainer gets to see: accounts without a person, which may be one of their team, and people of their teams.
 * Those who run the portal see everybody.
 */
function visibleTo(actor: Actor): SQL {
  if (hasRole(actor, "platform")) return sql`true`;
  const teams = sql`${sql.param(actor.kind === "user" ? [...actor.maintains] : [])}::text[]`;
  return sql`not u.is_demo and u.disabled_at is null and (u.person_ref is null or exists (
    select 1 from entity_relations r where r.source_ref = u.person_ref and r.type = 'memberOf' and r.target_ref = any(${teams})))`;
}

const conditions: Readonly<Record<ListPeople["filter"], SQL>> = {
  all: sql`true`,
  unmatched: sql`(u.person_ref is null or u.person_note is not null) and u.disabled_at is null`,
  disabled: sql`u.disabled_at is not null`,
};

function searchCondition(query: string): SQL {
  if (query === "") return sql`true`;
  const pattern = `%${query.toLowerCase().replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  return sql`(lower(u.name) like ${pattern} or u.person_ref like ${pattern} or exists (
    select 1 from accounts a where a.user_id = u.id and (lower(a.login) like ${pattern} or lower(a.subject) like ${pattern})))`;
}

/** Who may sign in, a page by name; those without a person of the catalogue come first, since somebody has to look at them. */
export async function readPeople(
  ctx: Ctx,
  input: ListPeople,
): Promise<{ items: PersonRow[]; nextCursor: string | null; unmatched: number }> {
  ensure(readPeopleRefusal(ctx.actor));
  const seen = visibleTo(ctx.actor);
  const key = sql`(case when ${conditions.unmatched} then '0' else '1' end
    || lower(u.name) || chr(31) || u.id) collate "C"`;
  const after = input.cursor ? sql`${key} > ${String(readCursor(input.cursor, ["text"])[0])}` : sql`true`;
  const rows = await ctx.db.execute<Row & Record<string, unknown>>(sql`
    select u.id, u.name, u.email, u.role, u.role_source as "roleSource", u.guest_group_refs as "guestGroupRefs",
      u.person_ref as "personRef", coalesce(e.title, e.name) as "personTitle", u.person_linked_by as "personLinkedBy",
      u.person_note as "personNote", u.is_demo as "isDemo", u.disabled_at as "disabledAt",
      u.disabled_reason as "disabledReason", u.signed_in_at as "signedInAt", ${key} as key,
      (select count(*)::int from sessions s
        where s.user_id = u.id and s.expires_at > ${ctx.now().toISOString()}::timestamptz) as sessions,
      coalesce((
        select jsonb_agg(jsonb_build_object(
          'issuer', a.issuer, 'subject', a.subject, 'login', a.login, 'provider', c.name) order by a.created_at, a.id)
        from accounts a left join connections c on c.id = a.connection_id where a.user_id = u.id
      ), '[]') as accounts
    from users u left join entities e on e.ref = u.person_ref
    where ${seen} and ${conditions[input.filter]} and ${searchCondition(input.query)} and ${after}
    order by ${key} limit ${input.limit + 1}`);
  const [count] = await ctx.db.execute<{ n: number }>(
    sql`select count(*)::int as n from users u where ${seen} and ${conditions.unmatched} and not u.is_demo`,
  );
  const last = rows.length > input.limit ? rows[input.limit - 1] : undefined;
  return {
    items: rows.slice(0, input.limit).map((row) => personOf(ctx.actor, row)),
    nextCursor: last ? writeCursor([last.key]) : null,
    unmatched: count?.n ?? 0,
  };
}

function personOf(actor: Actor, row: Row): PersonRow {
  const { key: _, disabledAt, signedInAt, ...person } = row;
  const isOpen = hasRole(actor, "platform");
  const demo = row.isDemo ? refusal(notNow, "Demo people stay as they are until the demo goes") : null;
  const manage = demo ?? managePeopleRefusal(actor) ?? manageSelfRefusal(actor, row);
  const link = row.personRef
    ? relinkPersonRefusal(actor)
    : linkPersonRefusal(actor, { groupRefs: maintained(actor) });
  return {
    ...person,
    email: isOpen ? row.email : null,
    sessions: isOpen ? row.sessions : null,
    accounts: isOpen ? row.accounts : row.accounts.map((account) => ({ ...account, subject: "" })),
    disabledAt: disabledAt === null ? null : new Date(disabledAt),
    signedInAt: signedInAt === null ? null : new Date(signedInAt),
    may: {
      setRole: manage,
      disable: manage,
      endSessions: demo ?? endSessionsRefusal(actor),
      link: demo ?? link,
    },
  };
}

/** Whoever has not been linked could be one of any team that the actor looks after. */
const maintained = (actor: Actor): readonly string[] => (actor.kind === "user" ? actor.maintains : []);
