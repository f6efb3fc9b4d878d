import { createHash, randomBytes } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import { truthQuestions, truthRounds } from "#db/schema/trust.ts";
import { type Ctx, inTransaction } from "#server/core/context.ts";
import { record } from "#server/core/events.ts";
import { type FactSort, factSorts, monthOf, sharesOf, truthRules } from "./model.ts";
import "../events.ts";

type Fact = { uid: string; ref: string; sort: FactSort; value: string; ownerRef: string; isDemo: boolean };

/** Who can judge what an owner owns: its people who can sign in here, by the owner's reference. */
type Judges = ReadonlyMap<string, readonly string[]>;

/**
 * Draws this month's facts and shares them out to people who can judge them, unless that was done already. The draw is
 * the order of hashes of seed and fact, so that with the seed and the same catalogue anybody finds the same facts.
 * Null where nothing was drawn.
 */
export async function drawTruth(
  ctx: Ctx,
  seed = randomBytes(16).toString("hex"),
): Promise<{ month: string; facts: number } | null> {
  return inTransaction(ctx, async (tx) => {
    const month = monthOf(tx.now());
    await tx.db.execute(sql`select pg_advisory_xact_lock(7245031)`);
    const [known] = await tx.db.execute(sql`select 1 from truth_rounds where month = ${month}`);
    const judges = known ? new Map() : await readJudges(tx);
    if (judges.size === 0) return null;
    const population = await readPopulation(tx, judges);
    const drawn = await drawFacts(tx, seed, judges, population);
    if (drawn.length === 0) return null;
    const isDemo = drawn.every((fact) => fact.isDemo);
    await tx.db.insert(truthRounds).values({ month, seed, drawnAt: tx.now(), population, isDemo });
    await tx.db.insert(truthQuestions).values(
      drawn.map(({ uid, ref, sort, value, asked, isDemo: isDemoFact }) => ({
        ...{ month, entityUid: uid, ref, sort, value, askedUser: asked },
        isDemo: isDemoFact,
      })),
    );
    await record(tx, {
      type: "truth.drawn",
      subjectId: month,
      payload: { seed, facts: drawn.length },
      isDemo,
    });
    return { month, facts: drawn.length };
  });
}

async function readJudges(tx: Ctx): Promise<Judges> {
  const rows = await tx.db.execute<{ owner: string; users: string[] }>(sql`
    select owner, array_agg(distinct id order by id) as users from (
      select m.source_ref as owner, u.id from users u
        join entity_relations m on m.target_ref = u.person_ref and m.type = 'hasMember'
        where u.disabled_at is null and u.role <> 'guest'
      union all
      select u.person_ref, u.id from users u where u.disabled_at is null and u.role <> 'guest' and u.person_ref is not null
    ) as held group by owner`);
  return new Map(rows.map(({ owner, users }) => [owner, users]));
}

/** Where the facts of each sort stand, as columns `value` and `isDemo` beside the entry `e`. */
const sources: Readonly<Record<FactSort, { value: SQL; from: SQL; where: SQL }>> = {
  owner: { value: sql`e.owner_ref`, from: sql``, where: sql`true` },
  lifecycle: { value: sql`e.lifecycle`, from: sql``, where: sql`e.lifecycle is not null` },
  dependency: {
    value: sql`r.target_ref`,
    from: sql`join entity_relations r on r.origin_id = e.id and r.source_ref = e.ref and r.type = 'dependsOn'`,
    where: sql`true`,
  },
  link: {
    value: sql`coalesce(f.original, f.value)`,
    from: sql`join entity_fields f on f.entity_id = e.id and f.key = 'metadata.links.url'`,
    where: sql`f.value is not null`,
  },
  repository: { value: sql`e.project_slug`, from: sql``, where: sql`e.project_slug is not null` },
  description: {
    value: sql`e.description`,
    from: sql``,
    where: sql`length(e.description) between 1 and 300`,
  },
};

const factsOf = (sort: FactSort, judges: Judges): SQL => {
  const { value, from, where } = sources[sort];
  return sql`select distinct e.uid, e.ref, ${value} as value, e.owner_ref as "ownerRef", e.is_demo as "isDemo"
    from entities e ${from}
    where e.owner_ref = any(${sql.param([...judges.keys()])}::text[]) and e.file_gone_at is null
      and e.kind_key not in ('user', 'group', 'location') and ${where}`;
};

async function readPopulation(tx: Ctx, judges: Judges): Promise<Partial<Record<FactSort, number>>> {
  const population: Partial<Record<FactSort, number>> = {};
  for (const sort of factSorts) {
    const [row] = await tx.db.execute<{ count: number }>(
      sql`select count(*)::int as count from (${factsOf(sort, judges)}) as facts`,
    );
    if (row && row.count > 0) population[sort] = row.count;
  }
  return population;
}

/** More facts are looked at than are asked about: those whose judges have enough questions already are passed over. */
const spare = 4;

async function drawFacts(
  tx: Ctx,
  seed: string,
  judges: Judges,
  population: Partial<Record<FactSort, number>>,
): Promise<(Fact & { asked: string })[]> {
  const open: { sort: FactSort; left: number; facts: Omit<Fact, "sort">[] }[] = [];
  for (const [sort, share] of sharesOf(population)) {
    const facts = await tx.db.execute<Omit<Fact, "sort">>(sql`
      select * from (${factsOf(sort, judges)}) as facts
      order by md5(${seed}::text || ' ' || ${sort}::text || ' ' || ref || ' ' || value), ref, value limit ${share * spare}`);
    open.push({ sort, left: share, facts: [...facts] });
  }
  // In turns, so that no sort uses up all the people before another one had any.
  const asked = new Map<string, number>();
  const drawn: (Fact & { asked: string })[] = [];
  while (open.some(({ left, facts }) => left > 0 && facts.length > 0))
    for (const one of open) {
      const found = one.left > 0 ? nextFact(one.facts, judges, asked, seed) : null;
      if (!found) continue;
      drawn.push({ ...found, sort: one.sort });
      one.left -= 1;
    }
  return drawn;
}

/** Takes facts from the front until one has somebody to judge it; null when none is left. */
function nextFact(
  facts: Omit<Fact, "sort">[],
  judges: Judges,
  asked: Map<string, number>,
  seed: string,
): (Omit<Fact, "sort"> & { asked: string }) | null {
  for (let fact = facts.shift(); fact; fact = facts.shift()) {
    const judge = chooseJudge(judges.get(fact.ownerRef) ?? [], asked, `${seed} ${fact.ref}`);
    if (!judge) continue;
    asked.set(judge, (asked.get(judge) ?? 0) + 1);
    return { ...fact, asked: judge };
  }
  return null;
}

/** Whoever has the fewest questions; among equals the hash of seed and person decides. Null when all have enough. */
export function chooseJudge(
  candidates: readonly string[],
  asked: ReadonlyMap<string, number>,
  seed: string,
): string | null {
  const hash = (id: string) => createHash("sha256").update(`${seed} ${id}`).digest("hex");
  const [best] = candidates
    .map((id) => ({ id, count: asked.get(id) ?? 0, hash: hash(id) }))
    .filter(({ count }) => count < truthRules.perPerson)
    .sort((a, b) => a.count - b.count || (a.hash < b.hash ? -1 : 1));
  return best?.id ?? null;
}
