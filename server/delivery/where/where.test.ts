import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { Db } from "#db/types.ts";
import { readMessage } from "#server/delivery/history/read-message.ts";
import { as, test } from "#server/testing/database.ts";
import {
  at,
  commit,
  deployed,
  makeStory,
  merged,
  now,
  type Story,
  stamp,
  tell,
} from "#server/testing/deployed-story.ts";
import { person } from "#server/testing/people.ts";
import { AskWhere, readAsked } from "./inputs.ts";
import type { Place } from "./model.ts";
import { readMatrix } from "./read-matrix.ts";
import { getWhere, readWhere, searchWhere } from "./read-where.ts";

const developer = (db: Db) => as(db, person("developer"), now);
const placesOf = async (db: Db, story: Story, letter: string): Promise<Place[]> => {
  const { changes } = await readWhere(developer(db), AskWhere.parse({ sha: story.sha(letter) }));
  expect(changes).toHaveLength(1);
  return changes[0]?.services[0]?.places ?? [];
};
const told = async (db: Db, story: Story, letter: string) =>
  (await placesOf(db, story, letter)).map(({ environment, state, since }) => [
    environment,
    state,
    since?.toISOString().slice(11, 16) ?? null,
  ]);

test("a pull request is live in one region since then, and waits in the other", async ({ db }) => {
  const story = await makeStory(db);
  await tell(db, story, {
    commits: [commit(story, "a", []), commit(story, "b", ["a"]), commit(story, "c", ["b"])],
    pullRequests: [merged(story, 412, "b", "Count once")],
    deployments: [
      deployed(story, "a", at(10), "production-eu"),
      deployed(story, "a", at(10, 5), "production-us"),
      deployed(story, "b", at(14, 3), "production-eu"),
      deployed(story, "c", at(15), "staging"),
    ],
  });
  const answer = await getWhere(developer(db), { repository: story.slug.toUpperCase(), pull: 412 });
  const [change] = answer.changes;
  expect(change).toMatchObject({
    kind: "pull request",
    number: 412,
    title: "Count once",
    state: "merged",
    sha: story.sha("b"),
  });
  expect(change?.words).toEqual([
    `${story.name}: production-eu since 21 Nov 2026, 14:03, production-us waiting, staging since before 21 Nov 2026, 15:00`,
  ]);
  expect(await told(db, story, "c")).toEqual([
    ["production-eu", "waiting", null],
    ["production-us", "waiting", null],
    ["staging", "live", "15:00"],
  ]);
  expect(await told(db, story, "a")).toEqual([
    ["production-eu", "live", "10:00"],
    ["production-us", "live", "10:05"],
    ["staging", "live", "15:00"],
  ]);
});

test("rolled back says so, and deployed again counts from then on", async ({ db }) => {
  const story = await makeStory(db);
  const commits = [commit(story, "a", []), commit(story, "b", ["a"])];
  const first = [deployed(story, "a", at(9)), deployed(story, "b", at(11)), deployed(story, "a", at(12))];
  await tell(db, story, { commits, deployments: first });
  expect(await placesOf(db, story, "b")).toMatchObject([
    { state: "taken_back", since: at(12), note: "Went back to aaaaaaa, which does not hold it" },
  ]);
  await tell(db, story, { deployments: [deployed(story, "b", at(16))] });
  expect(await told(db, story, "b")).toEqual([["production", "live", "16:00"]]);
});

test("by ancestry, not by time: a release beside it does not hold it", async ({ db }) => {
  const story = await makeStory(db);
  await tell(db, story, {
    commits: [commit(story, "a", []), commit(story, "b", ["a"]), commit(story, "e", ["a"])],
    deployments: [deployed(story, "a", at(9)), deployed(story, "b", at(11)), deployed(story, "e", at(12))],
  });
  expect(await told(db, story, "b")).toEqual([["production", "taken_back", "12:00"]]);
});

test("a live commit that takes it back is told; one that is taken back itself is not", async ({ db }) => {
  const story = await makeStory(db);
  const revert = { reverts: [`sha:${story.sha("b")}`] };
  await tell(db, story, {
    commits: [commit(story, "a", []), commit(story, "b", ["a"]), commit(story, "c", ["b"], revert)],
    deployments: [deployed(story, "a", at(9)), deployed(story, "b", at(11)), deployed(story, "c", at(13))],
  });
  expect(await placesOf(db, story, "b")).toMatchObject([
    { state: "reverted", since: at(13), note: "Taken back by ccccccc" },
  ]);
  await tell(db, story, { commits: [commit(story, "d", ["c"], { reverts: [`sha:${story.sha("c")}`] })] });
  // Until it is deployed, what runs is without the change.
  expect(await told(db, story, "b")).toEqual([["production", "reverted", "13:00"]]);
  await tell(db, story, { deployments: [deployed(story, "d", at(14))] });
  expect(await told(db, story, "b")).toEqual([["production", "live", "11:00"]]);
});

test.for([
  ["git revert of a revert", 'Revert "Count once"', 'Revert "Revert "Count once""'],
  ["git's newer words", 'Revert "Count once"', 'Reapply "Count once"'],
  ["squashed on GitHub", 'Revert "Count once (#12)" (#13)', 'Revert "Revert "Count once (#12)"" (#14)'],
  ["git revert of what was squashed", 'Revert "Count once" (#13)', 'Revert "Revert "Count once" (#13)"'],
])("a revert that was taken back takes nothing back: %s", async ([, first = "", second = ""], { db }) => {
  const story = await makeStory(db);
  const messageOf = (title: string, letter: string) => {
    const { reverts, pullRequest } = readMessage(`${title}\n\nThis reverts commit ${story.sha(letter)}.`);
    return { title, reverts, pullRequest };
  };
  await tell(db, story, {
    commits: [
      commit(story, "a", []),
      commit(story, "b", ["a"], { title: "Count once (#12)" }),
      commit(story, "c", ["b"], messageOf(first, "b")),
      commit(story, "d", ["c"], messageOf(second, "c")),
    ],
    deployments: [deployed(story, "a", at(9)), deployed(story, "b", at(11)), deployed(story, "c", at(13))],
  });
  expect(await told(db, story, "b")).toEqual([["production", "reverted", "13:00"]]);
  await tell(db, story, { deployments: [deployed(story, "d", at(14))] });
  expect(await told(db, story, "b")).toEqual([["production", "live", "11:00"]]);
});

test("a deployment with commits that nobody saw makes it unknown, never live or waiting", async ({ db }) => {
  const story = await makeStory(db);
  await tell(db, story, {
    commits: [commit(story, "a", []), commit(story, "b", ["a"])],
    deployments: [deployed(story, "a", at(9)), deployed(story, "", at(12), "production", "f".repeat(40))],
  });
  const [place] = await placesOf(db, story, "b");
  expect(place).toMatchObject({
    state: "unknown",
    since: null,
    note: expect.stringContaining("was never seen"),
  });
});

test("an open pull request waits; the head of a squashed one leads to its merge", async ({ db }) => {
  const story = await makeStory(db);
  const open = {
    ...merged(story, 7, "c"),
    state: "open" as const,
    mergedAt: null,
    closedAt: null,
    mergeSha: null,
  };
  await tell(db, story, {
    commits: [commit(story, "a", []), commit(story, "b", ["a"])],
    pullRequests: [open, merged(story, 8, "b")],
    deployments: [deployed(story, "a", at(9)), deployed(story, "b", at(11))],
  });
  const asked = await readWhere(developer(db), { repository: story.slug, pull: 7 });
  expect(asked.changes).toMatchObject([
    {
      state: "open",
      note: expect.stringContaining("Not merged"),
      services: [{ places: [{ state: "waiting" }] }],
    },
  ]);
  const head = story.sha("b").replace(/^./, "0");
  const squashed = await searchWhere(developer(db), { text: head.slice(0, 20) });
  expect(squashed.changes).toMatchObject([{ number: 8, sha: story.sha("b") }]);
});

test("a service of a shared repository is left out where its paths are not touched", async ({ db }) => {
  const story = await makeStory(db);
  await tell(db, story, {
    commits: [
      commit(story, "a", [], { paths: ["cart/a.ts"] }),
      commit(story, "b", ["a"], { paths: ["web/b.ts"] }),
    ],
    deployments: [deployed(story, "a", at(9))],
  });
  await db.execute(sql`
    update delivery_services set path_globs = '{cart/**}' where entity_ref = ${`component:default/${story.name}`}`);
  const of = async (letter: string) =>
    (await readWhere(developer(db), { sha: story.sha(letter) })).changes[0];
  expect(await of("a")).toMatchObject({ untouched: 0, services: [{ name: story.name }] });
  expect(await of("b")).toMatchObject({ untouched: 1, services: [] });
});

test("the matrix has the newest changes, deployed or not, against the environments", async ({ db }) => {
  const story = await makeStory(db);
  await tell(db, story, {
    commits: ["a", "b", "c", "d"].map((letter, i, all) =>
      commit(story, letter, i === 0 ? [] : [all[i - 1] ?? ""]),
    ),
    pullRequests: [merged(story, 1, "b")],
    pushes: [
      {
        repositoryId: story.repositoryId,
        ref: "refs/heads/main",
        beforeSha: story.sha("c"),
        afterSha: story.sha("d"),
        isForced: false,
        commits: [story.sha("d")],
        pushedAt: at(13),
        ...stamp,
      },
    ],
    deployments: [
      deployed(story, "a", at(9)),
      deployed(story, "a", at(9), "staging"),
      deployed(story, "b", at(11)),
      deployed(story, "c", at(11), "staging"),
    ],
  });
  const { columns, changes, reason } = await readMatrix(developer(db), {
    entityRef: `component:default/${story.name}`,
  });
  expect(reason).toBeNull();
  expect(columns).toEqual([
    { environment: "production", tier: "production" },
    { environment: "staging", tier: "staging" },
  ]);
  expect(
    changes.map(({ number, sha, places }) => [number ?? sha[0], ...places.map(({ state }) => state)]),
  ).toEqual([
    [1, "live", "live"],
    ["d", "waiting", "waiting"],
    ["c", "waiting", "live"],
  ]);
});

test("whoever may not see the service finds nothing, and cannot tell it from what is not there", async ({
  db,
}) => {
  const story = await makeStory(db, "secretive");
  await tell(db, story, {
    commits: [commit(story, "a", [])],
    pullRequests: [merged(story, 5, "a")],
    deployments: [deployed(story, "a", at(9))],
  });
  const guest = as(db, person("guest", { limitedTo: ["group:default/others"] }), now);
  const hidden = await readWhere(guest, { sha: story.sha("a") });
  expect(hidden).toEqual({ changes: [], note: expect.stringContaining("was seen in webhooks") });
  await expect(getWhere(guest, { repository: story.slug, pull: 5 })).rejects.toMatchObject({
    code: "not_found",
  });
  expect(await readMatrix(guest, { entityRef: `component:default/${story.name}` })).toMatchObject({
    changes: [],
  });
  const ours = as(db, person("guest", { limitedTo: ["group:default/secretive"] }), now);
  expect((await readWhere(ours, { sha: story.sha("a") })).changes).toHaveLength(1);
});

test("what people paste is understood, and anything else gets a sentence", async ({ db }) => {
  expect(readAsked("https://github.com/acme/shop/pull/412/files")).toEqual({
    repository: "acme/shop",
    pull: 412,
  });
  expect(readAsked("https://gitlab.example.com/acme/deep/shop/-/merge_requests/3")).toEqual({
    repository: "acme/deep/shop",
    pull: 3,
  });
  expect(readAsked("https://github.com/acme/shop/commit/4F1C2AB9")).toEqual({
    repository: "acme/shop",
    sha: "4f1c2ab9",
  });
  expect(readAsked("acme/shop#12")).toEqual({ repository: "acme/shop", pull: 12 });
  expect(readAsked(" 4f1c2ab ")).toEqual({ sha: "4f1c2ab" });
  for (const wrong of [
    "4f1c2",
    "hello",
    "acme/shop",
    "#12",
    "'; drop table commits",
    "%",
    "acme/shop#0",
    "acme/shop#99999999999",
  ])
    expect(readAsked(wrong)).toBeNull();
  expect(await searchWhere(developer(db), { text: "hello" })).toMatchObject({
    changes: [],
    note: expect.any(String),
  });
});
