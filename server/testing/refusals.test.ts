import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Actor, anonymous, roles } from "#server/core/actor.ts";
import { DomainError, ensure, findDomainError } from "#server/core/errors.ts";
import type { Refusal } from "#server/core/refusal.ts";
import { person, tokenActor } from "./people.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const files = globSync("server/**/policy.ts", { cwd: root });

const actors: Actor[] = [
  anonymous,
  ...roles.map((role) => person(role, { id: "x" })),
  person("developer", { maintains: ["group:default/ours"] }),
  ...roles.map((role) => tokenActor(role, ["read"])),
];

/** What policies are asked about besides the actor: every state that any of them knows, in one object or as a word. */
const subjects: unknown[] = [
  { role: "admin", scopes: ["read"], groupRefs: ["group:default/ours"], state: "running", id: "x" },
  { role: "guest", scopes: [], groupRefs: [], state: "conflict", mode: "evaluation", setupFinishedAt: null },
  {
    role: "leader",
    scopes: [],
    groupRefs: ["group:default/theirs"],
    state: "pending",
    mode: "production",
    setupFinishedAt: new Date(),
  },
  ["group:default/theirs", null],
  ...["evaluation", "production", "none", "removed", "admin", "folder", "group:default/theirs", undefined],
];

type Policy = (actor: unknown, subject: unknown) => Refusal | null;

/** Whatever a policy answers to any actor about any subject; subjects of another policy's kind may make it throw. */
function answersOf(policy: Policy): Refusal[] {
  const found: Refusal[] = [];
  for (const subject of subjects)
    for (const actor of [...actors, "evaluation", "production"]) {
      try {
        const refused = policy(actor, subject);
        if (refused) found.push(refused);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
    }
  return found;
}

describe.each(files)("%s", (file) => {
  test("each of its refusals says why, names its rule, and who can lift it", async () => {
    const module = (await import(`#server/${file.slice("server/".length)}`)) as Record<string, unknown>;
    const policies = Object.entries(module).filter(([name]) => name.endsWith("Refusal"));
    for (const [name, policy] of policies) {
      const answers = answersOf(policy as Policy);
      expect(answers.length, `${name} refuses nobody`).toBeGreaterThan(0);
      for (const answer of answers) {
        expect(answer.sentence, name).toMatch(/^[A-Z].{10,}/);
        expect(answer.rule, name).toMatch(/^[a-z-]+(\.[a-z-]+)?$/);
        expect(answer.words, name).toMatch(/^[A-Z].{10,}/);
        expect(answer.grantedBy.length, name).toBeGreaterThan(0);
      }
    }
  });
});

test("there are policies, and a refusal keeps its rule on its way out", () => {
  expect(files.length).toBeGreaterThan(8);
  const refused: Refusal = { sentence: "Only so", rule: "a.b", words: "So", grantedBy: ["admin"] };
  let thrown: unknown;
  try {
    ensure(refused);
  } catch (error) {
    thrown = error;
  }
  expect(findDomainError(new Error("outer", { cause: thrown }))).toMatchObject({
    rule: "a.b",
    grantedBy: ["admin"],
  });
  expect(thrown).toBeInstanceOf(DomainError);
});
