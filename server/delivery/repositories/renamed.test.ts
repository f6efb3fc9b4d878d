import { sql } from "drizzle-orm";
import fc from "fast-check";
import { describe, expect } from "vitest";
import type { Db } from "#db/types.ts";
import { inTransaction } from "#server/core/context.ts";
import { AskFigures } from "#server/delivery/figures/inputs.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import { deliveryInterpreter } from "#server/delivery/interpreter.ts";
import { followCatalog } from "#server/delivery/projection/follow-catalog.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { readDelivery } from "#server/delivery/read-delivery.ts";
import { readServiceDelivery } from "#server/delivery/reads/service.ts";
import { readUnmatchedDeployments } from "#server/delivery/reads/unmatched.ts";
import { readWeeklyDeployments } from "#server/delivery/reads/weekly.ts";
import { AskWhere } from "#server/delivery/where/inputs.ts";
import { readWhere } from "#server/delivery/where/read-where.ts";
import { documentText, fileOf, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";

// A Friday.
const now = new Date("2026-11-20T12:00:00Z");
const day = 86_400_000;
const ago = (days: number) => new Date(now.getTime() - days * day);
const sha = (id: number, order: number) => (id * 1_000 + order).toString(16).padStart(40, "0");

type Told = { event: string; payload: object; at: Date };
type Repository = { id: number; full_name: string };

const part = (repository: Repository, at: Date) => ({
  ...repository,
  default_branch: "main",
  html_url: `https://github.com/${repository.full_name}`,
  updated_at: at.toISOString(),
});

/** The push of a commit and its deployment, both so many days ago; `order` counts on from 1. */
function deployed(repository: Repository, daysAgo: number, order: number): Told[] {
  const at = ago(daysAgo);
  const [pushedAt, doneAt] = [new Date(at.getTime() - 3_600_000), new Date(at.getTime() + 60_000)];
  const [before, after] = [
    order === 1 ? "0".repeat(40) : sha(repository.id, order - 1),
    sha(repository.id, order),
  ];
  const commit = {
    id: after,
    message: `Change ${order} (#${order})`,
    timestamp: pushedAt.toISOString(),
    modified: ["a"],
  };
  const deployment = {
    ...{ id: order, sha: after, ref: "main", task: "deploy", environment: "production" },
    ...{ created_at: at.toISOString(), updated_at: doneAt.toISOString() },
  };
  const pushed = { ref: "refs/heads/main", before, after, commits: [commit], head_commit: commit };
  return [
    {
      event: "push",
      payload: {
        ...pushed,
        repository: { ...part(repository, pushedAt), pushed_at: pushedAt.toISOString() },
      },
      at: pushedAt,
    },
    {
      event: "deployment_status",
      payload: {
        ...{ repository: part(repository, at), deployment },
        deployment_status: { state: "success", created_at: doneAt.toISOString() },
      },
      at: doneAt,
    },
  ];
}

const turned = (repository: Repository, action: string, daysAgo: number, changes?: object): Told => ({
  event: "repository",
  payload: { action, changes, repository: part(repository, ago(daysAgo)) },
  at: ago(daysAgo),
});
const renamed = (id: number, from: string, to: string, daysAgo: number): Told =>
  turned({ id, full_name: to }, "renamed", daysAgo, { repository: { name: { from: from.split("/")[1] } } });
const transferred = (id: number, from: string, to: string, daysAgo: number): Told =>
  turned({ id, full_name: to }, "transferred", daysAgo, {
    owner: { from: { organization: { login: from.split("/")[0] } } },
  });

const workOut = (db: Db) => projectDue(as(db, undefined, now), () => false);

/** Works webhooks in, in batches of a few, as the inbox does; each with its own GUID. */
async function tell(
  db: Db,
  told: readonly Told[],
  { batch = 5, isWorkedOutBetween = false } = {},
): Promise<void> {
  const facts = told.map(({ event, payload, at }, index) => {
    const guid = `${at.toISOString()} ${index}`;
    const reading = readDelivery({ event, payload, guid, receivedAt: at, isDemo: false, readAt: now });
    if (reading.state !== "done") throw new Error(`${event}: ${reading.reason}`);
    return reading.facts;
  });
  for (let from = 0; from < facts.length; from += batch) {
    await inTransaction(as(db, undefined, now), (tx) =>
      deliveryInterpreter.write(tx, facts.slice(from, from + batch)),
    );
    if (isWorkedOutBetween) await workOut(db);
  }
  await workOut(db);
}

/** Components by name, each with the repository that it names. */
async function declare(db: Db, folder: string, slugs: Readonly<Record<string, string>>): Promise<void> {
  const documents = Object.entries(slugs).map(([name, slug]) =>
    documentText("Component", name, { metadata: { annotations: { "github.com/project-slug": slug } } }),
  );
  await importFiles(db, `/${folder}`, { "catalog-info.yaml": fileOf(...documents) });
  await followCatalog(as(db, undefined, now));
  await workOut(db);
}

/** What is a service's, the oldest first: repository and number of each deployment, with what it brought. */
async function deploymentsOf(db: Db, name: string): Promise<string[]> {
  const rows = await db.execute<{ words: string }>(sql`
    select split_part(d.source_key, ':', 2) || ' ' || d.kind || ' ' || d.commit_count || ' ' || d.change_count as words
    from service_deployments d join delivery_services s on s.id = d.service_id
    where s.entity_ref = ${`component:default/${name}`} order by d.at, d.source_key`);
  return rows.map(({ words }) => words);
}
const keysOf = async (db: Db, name: string) =>
  (await deploymentsOf(db, name)).map((words) => words.split(" ")[0] ?? "");

const asked = (db: Db) => as(db, person("developer"), now);
const serviceOf = (db: Db, name: string) =>
  readServiceDelivery(asked(db), { entityRef: `component:default/${name}` });

async function figuresOf(db: Db, name: string) {
  const scope = { kind: "service" as const, ref: `component:default/${name}` };
  const { figures, weeks, coverage } = await readFigures(asked(db), AskFigures.parse({ scope }));
  return { figures, weeks, coverage };
}

/** In order, backwards, and mixed up by this number. */
const orders: readonly (readonly [string, (told: Told[]) => Told[]])[] = [
  ["in order", (told) => told],
  ["backwards", (told) => told.toReversed()],
  [
    "mixed up",
    (told) =>
      fc.sample(fc.shuffledSubarray(told, { minLength: told.length }), { seed: 7, numRuns: 1 })[0] ?? [],
  ],
];

let serial = 0;
/** Names and numbers of its own for each test, which share a database. */
function fresh() {
  serial += 1;
  const org = `names-${serial}`;
  return { org, first: serial * 10 + 1, second: serial * 10 + 2, old: `${org}/old`, renamedTo: `${org}/new` };
}

describe.each(orders)("told %s", (_, order) => {
  test("a rename in the middle of a history changes no figure", async ({ db }) => {
    const { org, first, second, old, renamedTo } = fresh();
    await declare(db, org, { [`${org}-moved`]: old, [`${org}-stayed`]: `${org}/same` });
    const history = (id: number, name: (daysAgo: number) => string) =>
      [60, 50, 40, 30, 20, 10].flatMap((daysAgo, index) =>
        deployed({ id, full_name: name(daysAgo) }, daysAgo, index + 1),
      );
    await tell(db, order(history(second, () => `${org}/same`)));
    const moved = history(first, (daysAgo) => (daysAgo < 35 ? renamedTo : old));
    await tell(db, order([...moved, renamed(first, old, renamedTo, 35)]));
    const plain = (words: string[], id: number) => words.map((one) => one.replace(`${id}#`, ""));
    const stayed = plain(await deploymentsOf(db, `${org}-stayed`), second);
    expect(stayed).toHaveLength(6);
    expect(plain(await deploymentsOf(db, `${org}-moved`), first)).toEqual(stayed);
    expect(await figuresOf(db, `${org}-moved`)).toEqual(await figuresOf(db, `${org}-stayed`));
    const { notes, repository } = await serviceOf(db, `${org}-moved`);
    expect(repository?.name).toBe(renamedTo);
    expect(notes).toMatchObject([{ title: `This entry still names ${old}` }]);
    expect(notes[0]?.words).toContain(`The repository is ${renamedTo} now`);

    await declare(db, org, { [`${org}-moved`]: renamedTo, [`${org}-stayed`]: `${org}/same` });
    expect(plain(await deploymentsOf(db, `${org}-moved`), first)).toEqual(stayed);
    expect((await serviceOf(db, `${org}-moved`)).notes).toEqual([]);
  });

  test("another repository with the old name takes over from then on, and the past stays", async ({ db }) => {
    const { org, first, second, old, renamedTo } = fresh();
    await declare(db, org, { [org]: old });
    const story = [
      ...deployed({ id: first, full_name: old }, 60, 1),
      ...deployed({ id: first, full_name: old }, 50, 2),
      renamed(first, old, renamedTo, 45),
      ...deployed({ id: first, full_name: renamedTo }, 40, 3),
      ...deployed({ id: second, full_name: old }, 30, 1),
      ...deployed({ id: first, full_name: renamedTo }, 20, 4),
      ...deployed({ id: second, full_name: old }, 10, 2),
    ];
    await tell(db, order(story), { isWorkedOutBetween: true });
    const mixed = [`${first}#1`, `${first}#2`, `${first}#3`, `${second}#1`, `${second}#2`];
    expect(await keysOf(db, org)).toEqual(mixed);
    const { notes, repository } = await serviceOf(db, org);
    expect(repository?.name).toBe(old);
    expect(notes).toMatchObject([{ title: `${old} is another repository since 21 Oct 2026` }]);
    const { items } = await readUnmatchedDeployments(as(db, person("platform"), now), { limit: 100 });
    expect(items.filter((one) => one.repository === renamedTo).map(({ id }) => id)).toEqual([
      `github.com:${first}:4`,
    ]);

    // Somebody names the renamed one: then all of it is theirs, and the old name means the new repository alone.
    await declare(db, org, { [org]: old, [`${org}-named`]: renamedTo });
    expect(await keysOf(db, `${org}-named`)).toEqual([1, 2, 3, 4].map((one) => `${first}#${one}`));
    expect(await keysOf(db, org)).toEqual([`${second}#1`, `${second}#2`]);
    expect((await serviceOf(db, org)).notes).toEqual([]);
  });

  test("a transfer to another owner is followed", async ({ db }) => {
    const { org, first, old } = fresh();
    await declare(db, org, { [org]: old });
    await tell(
      db,
      order([
        ...deployed({ id: first, full_name: old }, 60, 1),
        transferred(first, old, `other-${org}/old`, 50),
        ...deployed({ id: first, full_name: `other-${org}/old` }, 40, 2),
      ]),
    );
    expect(await keysOf(db, org)).toEqual([`${first}#1`, `${first}#2`]);
  });

  test("so is one that nothing but the next webhook tells of, and one that is taken back", async ({ db }) => {
    const { org, first, old, renamedTo } = fresh();
    await declare(db, org, { [org]: old });
    await tell(
      db,
      order([
        ...deployed({ id: first, full_name: old }, 60, 1),
        ...deployed({ id: first, full_name: renamedTo }, 40, 2),
        ...deployed({ id: first, full_name: old }, 20, 3),
      ]),
      { isWorkedOutBetween: true },
    );
    expect(await keysOf(db, org)).toEqual([`${first}#1`, `${first}#2`, `${first}#3`]);
    expect((await serviceOf(db, org)).notes).toEqual([]);
  });

  test("a name that came back over another repository that had it means its first owner again", async ({
    db,
  }) => {
    const { org, first, second, old, renamedTo } = fresh();
    await declare(db, org, { [org]: old });
    await tell(
      db,
      order([
        ...deployed({ id: first, full_name: old }, 60, 1),
        renamed(first, old, renamedTo, 55),
        ...deployed({ id: second, full_name: old }, 50, 1),
        renamed(second, old, `${org}/third`, 45),
        ...deployed({ id: second, full_name: `${org}/third` }, 40, 2),
        renamed(first, renamedTo, old, 35),
        ...deployed({ id: first, full_name: old }, 30, 2),
      ]),
      { isWorkedOutBetween: true },
    );
    const keys = await keysOf(db, org);
    expect(keys).toContain(`${first}#2`);
    expect(keys).not.toContain(`${second}#2`);
    await declare(db, org, { [org]: old, [`${org}-third`]: `${org}/third` });
    expect(await keysOf(db, org)).toEqual([`${first}#1`, `${first}#2`]);
    expect(await keysOf(db, `${org}-third`)).toEqual([`${second}#1`, `${second}#2`]);
  });

  test("weeks after a deletion are not zero, and go on with a new repository of the name", async ({ db }) => {
    const { org, first, second, old } = fresh();
    await declare(db, org, { [org]: old });
    const before = [
      ...deployed({ id: first, full_name: old }, 80, 1),
      ...deployed({ id: first, full_name: old }, 73, 2),
      turned({ id: first, full_name: old }, "deleted", 60),
      turned({ id: first, full_name: old }, "deleted", 59.9),
    ];
    await tell(db, order(before));
    const weeks = async () => {
      const { weeks: all } = await readWeeklyDeployments(asked(db), {
        entityRef: `component:default/${org}`,
        tier: "production",
      });
      return all.slice(-12).map(({ total }) => total);
    };
    expect(await weeks()).toEqual([1, 1, 0, null, null, null, null, null, null, null, null, null]);
    expect((await serviceOf(db, org)).notes).toMatchObject([{ title: `${old} was deleted on 21 Sept 2026` }]);
    const { figures } = await figuresOf(db, org);
    expect(figures.frequency.counts.deployments).toBe(2);
    expect(figures.frequency.completeWeeks).toBe(2);

    await tell(
      db,
      order([
        ...deployed({ id: second, full_name: old }, 31, 1),
        ...deployed({ id: second, full_name: old }, 10, 2),
      ]),
    );
    expect(await keysOf(db, org)).toEqual([`${first}#1`, `${first}#2`, `${second}#1`, `${second}#2`]);
    expect((await weeks()).slice(2)).toEqual([0, null, null, null, null, null, 0, 0, 1, 0]);
    expect((await serviceOf(db, org)).notes).toEqual([]);
  });

  test("the time in an archive is not zero either", async ({ db }) => {
    const { org, first, old } = fresh();
    await declare(db, org, { [org]: old });
    await tell(
      db,
      order([
        ...deployed({ id: first, full_name: old }, 80, 1),
        turned({ id: first, full_name: old }, "archived", 60),
        turned({ id: first, full_name: old }, "unarchived", 45),
        ...deployed({ id: first, full_name: old }, 10, 2),
      ]),
    );
    const { weeks } = await figuresOf(db, org);
    const happened = weeks.slice(-12).map(({ forward, isObserved }) => (isObserved ? forward : null));
    expect(happened).toEqual([1, 0, 0, null, null, null, 0, 0, 0, 0, 1, 0]);
    expect((await serviceOf(db, org)).notes).toEqual([]);
  });
});

test("two entries that name one repository, by its two names, are told of each other", async ({ db }) => {
  const { org, first, old, renamedTo } = fresh();
  await declare(db, org, { [`${org}-one`]: old, [`${org}-two`]: renamedTo });
  await tell(db, [
    ...deployed({ id: first, full_name: old }, 60, 1),
    renamed(first, old, renamedTo, 50),
    ...deployed({ id: first, full_name: renamedTo }, 40, 2),
  ]);
  expect(await keysOf(db, `${org}-one`)).toEqual([]);
  expect(await keysOf(db, `${org}-two`)).toEqual([]);
  expect((await serviceOf(db, `${org}-one`)).reason).toContain(`component:default/${org}-two`);
});

test("where a change runs is answered by the former name as well", async ({ db }) => {
  const { org, first, old, renamedTo } = fresh();
  await declare(db, org, { [org]: old });
  await tell(db, [
    ...deployed({ id: first, full_name: old }, 60, 1),
    renamed(first, old, renamedTo, 50),
    ...deployed({ id: first, full_name: renamedTo }, 40, 2),
  ]);
  for (const repository of [old, renamedTo]) {
    const { changes } = await readWhere(asked(db), AskWhere.parse({ sha: sha(first, 2), repository }));
    expect(changes).toMatchObject([
      { repository: renamedTo, services: [{ ref: `component:default/${org}` }] },
    ]);
    expect(changes[0]?.services[0]?.places).toMatchObject([{ environment: "production", state: "live" }]);
  }
});

test("whatever names a repository had and in whatever order it is told, its service's rows are the same", async ({
  db,
}) => {
  const { org } = fresh();
  let turn = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom("a", "b", "c"), { minLength: 2, maxLength: 5 }),
      fc.infiniteStream(fc.nat()),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      async (names, keys, batch, withEvents) => {
        turn += 1;
        const owner = `${org}-${turn}`;
        const [id, control] = [serial * 1_000 + turn * 2, serial * 1_000 + turn * 2 + 1];
        const nameAt = (index: number) => `${owner}/${names[index]}`;
        await declare(db, owner, {
          [owner]: nameAt(turn % names.length),
          [`${owner}-same`]: `${owner}/same`,
        });
        const told = names.flatMap((_, index): Told[] => {
          const daysAgo = 70 - index * 10;
          const rename =
            withEvents && index > 0 && nameAt(index) !== nameAt(index - 1)
              ? [renamed(id, nameAt(index - 1), nameAt(index), daysAgo + 5)]
              : [];
          return [...rename, ...deployed({ id, full_name: nameAt(index) }, daysAgo, index + 1)];
        });
        const shuffled = told
          .map((one) => ({ one, key: keys.next().value }))
          .sort((one, other) => one.key - other.key)
          .map(({ one }) => one);
        await tell(db, shuffled, { batch, isWorkedOutBetween: true });
        await tell(
          db,
          names.flatMap((__, index) =>
            deployed({ id: control, full_name: `${owner}/same` }, 70 - index * 10, index + 1),
          ),
        );
        const plain = (words: string[]) => words.map((one) => one.slice(one.indexOf("#")));
        expect(plain(await deploymentsOf(db, owner))).toEqual(
          plain(await deploymentsOf(db, `${owner}-same`)),
        );
        expect(await deploymentsOf(db, owner)).toHaveLength(names.length);
      },
    ),
    { numRuns: 8 },
  );
});

test("two repositories that pass names on give the same rows in whatever order it is told", async ({
  db,
}) => {
  const { org } = fresh();
  let turn = 0;
  const steps = fc.array(
    fc.record({ who: fc.constantFrom(0, 1), takes: fc.constantFrom("a", "b", "c", null) }),
    {
      minLength: 4,
      maxLength: 8,
    },
  );
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.infiniteStream(fc.nat()),
      fc.integer({ min: 1, max: 6 }),
      async (story, keys, batch) => {
        turn += 1;
        const plain = async (suffix: string, shuffle: boolean) => {
          const owner = `${org}-${turn}-${suffix}`;
          const ids = [0, 1].map((who) => serial * 10_000 + turn * 10 + (shuffle ? 2 : 0) + who);
          await declare(
            db,
            owner,
            Object.fromEntries(["a", "b", "c"].map((name) => [`${owner}-${name}`, `${owner}/${name}`])),
          );
          const held: (string | null)[] = ["a", null];
          const counts = [0, 0];
          const told = story.flatMap(({ who, takes }, index): Told[] => {
            const [id = 0, before] = [ids[who], held[who]];
            const name = takes !== null && held[1 - who] !== takes ? takes : (before ?? "d");
            const daysAgo = 80 - index * 8;
            const rename =
              before && before !== name
                ? [renamed(id, `${owner}/${before}`, `${owner}/${name}`, daysAgo + 3)]
                : [];
            held[who] = name;
            counts[who] = (counts[who] ?? 0) + 1;
            return [...rename, ...deployed({ id, full_name: `${owner}/${name}` }, daysAgo, counts[who] ?? 0)];
          });
          const sorted = shuffle
            ? told
                .map((one) => ({ one, key: keys.next().value }))
                .sort((one, other) => one.key - other.key)
                .map(({ one }) => one)
            : told;
          await tell(db, sorted, { batch, isWorkedOutBetween: shuffle });
          const rows = await Promise.all(
            ["a", "b", "c"].map((name) => deploymentsOf(db, `${owner}-${name}`)),
          );
          return rows.map((list) =>
            list.map((words) => words.replace(/^\d+/, (id) => String(Number(id) % 2))),
          );
        };
        expect(await plain("shuffled", true)).toEqual(await plain("ordered", false));
      },
    ),
    { numRuns: 8 },
  );
});

test("tags of the same name in two repositories that had the name are deployments of their own", async ({
  db,
}) => {
  const { org, first, second, old, renamedTo } = fresh();
  await declare(db, org, { [org]: old });
  const tagged = (repository: Repository, daysAgo: number, order: number): Told[] =>
    deployed(repository, daysAgo, order).flatMap(({ event, payload, at }) =>
      event === "push" ? [{ event, payload: { ...payload, ref: `refs/tags/v1.${order}` }, at }] : [],
    );
  await tell(db, [
    ...tagged({ id: first, full_name: old }, 60, 1),
    renamed(first, old, renamedTo, 50),
    ...tagged({ id: first, full_name: renamedTo }, 40, 2),
    ...tagged({ id: second, full_name: old }, 30, 1),
    ...tagged({ id: first, full_name: renamedTo }, 20, 3),
    ...tagged({ id: second, full_name: old }, 10, 2),
  ]);
  await db.execute(sql`
    insert into delivery_services (entity_ref, source, due_from) values (${`component:default/${org}`}, 'tag', now())
    on conflict (entity_ref) do update set source = 'tag', due_from = now()`);
  await workOut(db);
  const rows = await db.execute<{ key: string }>(sql`
    select d.source_key as key from service_deployments d join delivery_services s on s.id = d.service_id
    where s.entity_ref = ${`component:default/${org}`} order by d.at`);
  const own = (tag: string) => `github.com:${second}#${tag}`;
  expect(rows.map(({ key }) => key)).toEqual(["v1.1", "v1.2", own("v1.1"), own("v1.2")]);
});
