import { randomUUID } from "node:crypto";
import type { Db } from "#db/types.ts";
import type { CommitFact, DeliveryFacts } from "#server/delivery/facts.ts";
import { markServicesDue } from "#server/delivery/projection/mark-services-due.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { writeFacts } from "#server/delivery/write-facts.ts";
import { documentText, fileOf, importFiles } from "./catalogue.ts";
import { as } from "./database.ts";

export const now = new Date("2026-11-21T18:00:00Z");
export const at = (hour: number, minute = 0) => new Date(Date.UTC(2026, 10, 21, hour, minute));
/** A commit's name that begins with this letter and is found in one test alone. */
const names = () => {
  const salt = randomUUID().replaceAll("-", "");
  return (letter: string) => letter.repeat(8) + salt;
};

/** A Component and its repository, in which commits are named by letters. */
export type Story = { name: string; slug: string; repositoryId: string; sha: (letter: string) => string };

/** A Component of this team with a repository of its own. */
export async function makeStory(db: Db, owner = "shoppers"): Promise<Story> {
  const name = `where-${randomUUID().slice(0, 8)}`;
  const slug = `acme/${name}`;
  await importFiles(db, name, {
    "catalog-info.yaml": fileOf(
      documentText("Component", name, {
        metadata: { annotations: { "github.com/project-slug": slug } },
        spec: { owner: `group:default/${owner}` },
      }),
    ),
  });
  return { name, slug, repositoryId: `github.com:${name}`, sha: names() };
}

export const stamp = { asOf: now, asOfGuid: "1" };
const repositoryOf = ({ slug, repositoryId }: Story): DeliveryFacts["repository"] => ({
  id: repositoryId,
  fullName: slug,
  slug,
  defaultBranch: "main",
  url: `https://github.com/${slug}`,
  observedSince: at(1),
  isDemo: false,
  ...stamp,
});

/** A commit; its parents by their letters, null where they are not known. */
export const commit = (
  story: Story,
  letter: string,
  parents: string[] | null,
  more: Partial<CommitFact> = {},
): CommitFact => ({
  repositoryId: story.repositoryId,
  sha: story.sha(letter),
  title: `Change ${letter}`,
  authoredAt: at(2, letter.charCodeAt(0) - 96),
  committedAt: at(2, letter.charCodeAt(0) - 96),
  paths: [],
  parents: parents?.map(story.sha) ?? null,
  pushParents: [],
  reverts: [],
  isBot: false,
  ...stamp,
  ...more,
});

let serial = 9_000;
/** A deployment that succeeded then. */
export const deployed = (
  story: Story,
  letter: string,
  when: Date,
  environment = "production",
  sha?: string,
) => {
  serial += 1;
  return {
    repositoryId: story.repositoryId,
    number: serial,
    environment,
    tier: environment.startsWith("production") ? ("production" as const) : ("staging" as const),
    sha: sha ?? story.sha(letter),
    ref: "main",
    task: "deploy",
    createdAt: when,
    startedAt: null,
    succeededAt: when,
    failedAt: null,
    lastFailedAt: null,
    ...stamp,
  };
};

/** A pull request whose merge is this commit. */
export const merged = (story: Story, number: number, letter: string, title = `Pull ${number}`) => ({
  repositoryId: story.repositoryId,
  number,
  title,
  state: "closed" as const,
  isDraft: false,
  baseRef: "main",
  headRef: `topic-${number}`,
  headSha: story.sha(letter).replace(/^./, "0"),
  labels: [],
  openedAt: at(2),
  closedAt: at(2, 30),
  mergedAt: at(2, 30),
  readyAt: null,
  mergeSha: story.sha(letter),
  commitCount: 1,
  ...stamp,
});

/** Writes what webhooks would tell, and works out what follows. */
export async function tell(db: Db, story: Story, facts: Omit<DeliveryFacts, "repository">): Promise<void> {
  const all = [{ repository: repositoryOf(story), ...facts }];
  const ctx = as(db, undefined, now);
  await writeFacts(ctx, all);
  await markServicesDue(ctx, all);
  while (await projectDue(ctx, () => false));
}
