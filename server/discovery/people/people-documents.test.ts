import { expect, test } from "vitest";
import { type KnownPeople, peopleDocuments } from "./people-documents.ts";

const nobody: KnownPeople = {
  refs: new Set(),
  groupOfTeam: new Map(),
  userOfLogin: new Map(),
  usersWithLogin: new Set(),
  ownUserOfNumber: new Map(),
};
const people = {
  teams: [
    {
      team: {
        externalId: "1",
        organization: "acme",
        slug: "payments",
        name: "Payments",
        description: null,
        parentSlug: null,
        url: "https://github.com/orgs/acme/teams/payments",
      },
      members: ["mallory"],
    },
  ],
  members: [
    { externalId: "7", login: "mallory", name: null, url: "https://github.com/mallory", email: null },
  ],
  organizations: ["acme"],
};
const documents = (known: KnownPeople) =>
  JSON.stringify(peopleDocuments({ kind: "github" }, people as never, known).map(({ document }) => document));

test("a team has the name that it has at the host", () => {
  expect(documents(nobody)).toContain('"memberOf":["group:default/payments"]');
});

test("a team of the name of a group that a file defines does not join its people to that group", () => {
  const text = documents({ ...nobody, refs: new Set(["group:default/payments"]) });
  expect(text).not.toContain("group:default/payments");
  expect(text).toContain("group:default/acme-payments");
});
