import { expect, test } from "vitest";
import { parseCodeOwners } from "./code-owners.ts";
import { type Directory, guessOwner } from "./guess-owner.ts";

const directory: Directory = {
  groupOfTeam: new Map([
    ["acme/payments", "group:default/payments"],
    ["acme/web", "group:default/frontend"],
  ]),
  userOfLogin: new Map([["ana", "user:default/ana.silva"]]),
  groupsOfLogin: new Map([
    ["ana", ["group:default/payments"]],
    ["bo", ["group:default/payments"]],
    ["cy", ["group:default/frontend"]],
  ]),
};
const authors = (...commits: [login: string, count: number][]) => ({
  people: commits.map(([login, count]) => ({ login, name: login, commits: count })),
  of: commits.reduce((sum, [, count]) => sum + count, 0),
});
const files = ["src/a.ts", "src/b.ts", "docs/a.md", "docs/b.md"];

test("CODEOWNERS decides, and authors who agree make it surer", () => {
  const rules = parseCodeOwners("* @Acme/Payments\n");
  const alone = guessOwner(files, rules, undefined, directory);
  const both = guessOwner(files, rules, authors(["ana", 3], ["bo", 1]), directory);
  const against = guessOwner(files, rules, authors(["cy", 4]), directory);
  expect(alone).toEqual({
    ref: "group:default/payments",
    isKnown: true,
    confidence: 80,
    says: [{ what: "CODEOWNERS", says: '"*" gives 100% of the files to @Acme/Payments', line: 1 }],
  });
  expect(both.confidence).toBe(95);
  expect(both.says[1]?.says).toBe("4 of the newest 4 commits are by ana, bo of payments");
  expect([against.ref, against.confidence]).toEqual(["group:default/payments", 80]);
});

test("who has more of the files has it", () => {
  const rules = parseCodeOwners("/src/ @acme/web\n/docs/a.md @acme/payments\n");
  expect(guessOwner(files, rules, undefined, directory)).toMatchObject({
    ref: "group:default/frontend",
    confidence: 63,
  });
});

test("one who is not in the catalog counts less than one who is", () => {
  const rules = parseCodeOwners("* @acme/ghosts\n/docs/a.md @ana\n");
  expect(guessOwner(files, rules, undefined, directory)).toMatchObject({
    ref: "user:default/ana.silva",
    isKnown: true,
  });
  const ghosts = guessOwner(files, parseCodeOwners("* @acme/ghosts\n"), undefined, directory);
  expect(ghosts).toMatchObject({ ref: "group:default/ghosts", isKnown: false, confidence: 55 });
});

test("authors alone are a guess; nobody known is none", () => {
  expect(guessOwner(files, [], authors(["ana", 3], ["stranger", 7]), directory)).toMatchObject({
    ref: "group:default/payments",
    confidence: 27,
  });
  expect(guessOwner(files, [], authors(["stranger", 7]), directory)).toEqual({
    ref: null,
    isKnown: false,
    confidence: 0,
    says: [],
  });
  expect(guessOwner([], parseCodeOwners("* mail@example.com"), undefined, directory).ref).toBeNull();
});
