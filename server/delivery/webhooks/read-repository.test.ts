import examples from "@octokit/webhooks-examples" with { type: "json" };
import { expect, test } from "vitest";
import { readDelivery } from "#server/delivery/read-delivery.ts";

const receivedAt = new Date("2026-11-20T12:00:00Z");
const read = (payload: unknown) =>
  readDelivery({ event: "repository", payload, guid: "g", receivedAt, readAt: receivedAt, isDemo: false });

type Payload = { action: string; changes?: object; repository: Record<string, unknown> };
const all = (examples as { name: string; examples: unknown[] }[]).flatMap((one) =>
  one.name === "repository" ? (one.examples as Payload[]) : [],
);
const example = (action: string): Payload => {
  const found = all.find((one) => one.action === action);
  if (!found) throw new Error(`GitHub has no example of ${action}`);
  return found;
};
/** Facts of a payload, as far as they are about names and ends. */
function told(payload: unknown) {
  const reading = read(payload);
  if (reading.state !== "done") return reading.state;
  const { repository, names, turns } = reading.facts;
  return { name: repository.fullName, asOf: repository.asOf.toISOString(), names, turns };
}
const repositoryId = "github.com:186853261";
const changedAt = new Date("2019-05-15T15:20:41Z");

test("GitHub's own examples of a rename and a transfer name what was before", () => {
  expect(told(example("renamed"))).toEqual({
    name: "Octocoders/Hello-World",
    asOf: changedAt.toISOString(),
    names: [{ repositoryId, fullName: "Octocoders/Hello-World", at: changedAt }],
    turns: undefined,
  });
  expect(told(example("transferred"))).toMatchObject({
    names: [{ repositoryId, fullName: "octocat/Hello-World", at: changedAt }],
  });
});

test("a former owner may be an organization, and both name and owner may be others", () => {
  const { repository } = example("transferred");
  const changes = {
    owner: { from: { organization: { login: "old-org" } } },
    repository: { name: { from: "old-name" } },
  };
  expect(told({ action: "transferred", changes, repository })).toMatchObject({
    names: [{ fullName: "old-org/old-name" }],
  });
});

test.each([undefined, null, {}, { repository: { name: { from: 7 } } }, "x"])(
  "a rename with the changes %j still tells the name of today",
  (changes) => {
    const { repository } = example("renamed");
    expect(told({ action: "renamed", changes, repository })).toMatchObject({
      name: "Octocoders/Hello-World",
      names: [],
    });
  },
);

test("an archive is from its last change on, an end from when it was told", () => {
  const { repository } = example("renamed");
  expect(told({ action: "archived", repository })).toMatchObject({
    turns: [{ repositoryId, at: changedAt, turn: "archived" }],
  });
  expect(told({ action: "unarchived", repository })).toMatchObject({ turns: [{ turn: "unarchived" }] });
  expect(told({ action: "deleted", repository })).toMatchObject({
    turns: [{ repositoryId, at: receivedAt, turn: "deleted" }],
  });
  const { updated_at: _, pushed_at: __, ...dateless } = repository;
  expect(told({ action: "archived", repository: dateless })).toMatchObject({ turns: [{ at: receivedAt }] });
});

test("what else is told of a repository is none of this, and what is broken is said", () => {
  expect(["created", "edited", "publicized", "privatized"].map((action) => told(example(action)))).toEqual(
    Array.from({ length: 4 }, () => "ignored"),
  );
  expect(told({ action: "renamed", repository: { id: "x", full_name: "a/b" } })).toBe("unreadable");
  const repository = { ...example("renamed").repository, updated_at: "2031-01-01T00:00:00Z" };
  expect(told({ action: "archived", repository })).toBe("unreadable");
});
