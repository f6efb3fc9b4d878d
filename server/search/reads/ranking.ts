import { type SQL, sql } from "drizzle-orm";
import { pickHalfLifeDays } from "../model.ts";

/**
 * Points of a result. How well it fits counts most; what follows moves it among those that fit as well, and at most from
 * one step to the next: a whole name stays before beginnings of names. docs/search.md has the same table in words.
 */
export const points = {
  wholeName: 140,
  nameBegins: 60,
  inName: 30,
  inFacts: 18,
  inText: 8,
  wholeWords: 6,
  /** Of PostgreSQL's own rank, which is between 0 and 1. */
  closeness: 5,
  /** For the sum of similarities of names that merely look alike. */
  alike: 20,
  page: { wholeTitle: 75, titleBegins: 45, inTitle: 28, inText: 9 },
  mine: 14,
  /** From half-sure, up and down, and less for what nobody has looked at for long. */
  trust: 12,
  stale: -6,
  gone: -60,
  /** For each factor of e of recent openings, up to a bound. */
  use: 3,
  mostUse: 9,
} as const;

const kindPoints: Readonly<Record<string, number>> = {
  component: 4,
  system: 3,
  api: 3,
  group: 3,
  template: 3,
  resource: 2,
  domain: 2,
  user: 2,
  location: -20,
};

export const ofKind: SQL = sql`(case e.kind_key ${sql.join(
  Object.entries(kindPoints).map(([kind, value]) => sql`when ${kind} then ${value}::real`),
  sql` `,
)} else 0 end)`;

/** Of `entity_trust t`; an entry that nobody judges, such as a person, neither rises nor sinks. */
export const ofTrust: SQL = sql`(coalesce((t.confidence - 0.5) * ${points.trust}::real, 0)
  + case when t.state = 'stale' then ${points.stale}::real else 0 end)`;

/** Of `search_picks p`, faded to this moment. */
export const ofUse = (
  at: string,
): SQL => sql`least(${points.mostUse}::real, ${points.use}::real * ln(1 + coalesce(
  p.weight * power(0.5, greatest(0, extract(epoch from ${at}::timestamptz - p.picked_at)) / ${pickHalfLifeDays * 86_400}::float8), 0)))`;

/** How words are put together in names and titles: "payment gateway" is the whole of `payment-gateway`. */
export const namesOf = (words: readonly string[]): string[] => [
  ...new Set(["-", " ", "", "_", "."].map((between) => words.join(between))),
];

export const isOneOf = (column: SQL, names: readonly string[]): SQL =>
  sql`${column} = any(${sql.param([...names])}::text[])`;

export const beginsAsOneOf = (column: SQL, names: readonly string[]): SQL =>
  sql`(${sql.join(
    names.map((name) => sql`starts_with(${column}, ${name})`),
    sql` or `,
  )})`;
