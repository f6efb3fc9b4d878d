import { createHash } from "node:crypto";
import type { DeliveryFacts, RepositoryFact } from "#server/delivery/facts.ts";
import { seededDraws } from "#server/delivery/statistics/seeded-random.ts";

const hour = 3_600_000;

/** A commit as this history makes it: the newest of a branch is what the next one stands on. */
type Step = { at: Date; draw: (below: number) => number };

/**
 * Facts of a repository in which everything happens that attribution has a rule for: squashes, merges, rebases, direct
 * commits, reverts, hotfixes, programs and wrong clocks; deployments to one region or two, again, back, failed, broken later,
 * and of commits that nobody ever saw. The same seed gives the same.
 */
export function randomHistory(
  seed: string,
  about: { slug: string; number: number; until: Date; steps: number; stepHours: number },
): DeliveryFacts {
  const draw = seededDraws(seed);
  const history = new History(seed, about);
  const began = about.until.getTime() - about.steps * about.stepHours * hour;
  history.commit({ at: new Date(began), draw });
  history.deploy({ at: new Date(began + hour), draw });
  for (let step = 1; step < about.steps; step++) {
    const at = new Date(began + step * about.stepHours * hour + draw(600) * 1000);
    history.happen({ at, draw });
  }
  return history.facts;
}

class History {
  readonly facts: Required<
    Pick<
      DeliveryFacts,
      "repository" | "commits" | "pushes" | "pullRequests" | "reviews" | "deployments" | "incidents"
    >
  >;
  private readonly seed: string;
  private readonly id: string;
  private head = "";
  private serial = 0;
  private readonly main: string[] = [];
  private readonly deployed: string[] = [];

  constructor(
    seed: string,
    about: { slug: string; number: number; until: Date; steps: number; stepHours: number },
  ) {
    this.seed = seed;
    this.id = `github.com:${about.number}`;
    const observedSince = new Date(about.until.getTime() - about.steps * about.stepHours * hour);
    const repository: RepositoryFact = {
      id: this.id,
      fullName: about.slug,
      slug: about.slug,
      defaultBranch: "main",
      url: null,
      observedSince,
      isDemo: false,
      asOf: observedSince,
      asOfGuid: "history",
    };
    this.facts = {
      ...{
        repository,
        commits: [],
        pushes: [],
        pullRequests: [],
        reviews: [],
        deployments: [],
        incidents: [],
      },
    };
  }

  happen(step: Step): void {
    const roll = step.draw(100);
    if (roll < 14) this.commit(step);
    else if (roll < 32) this.squash(step);
    else if (roll < 44) this.merge(step);
    else if (roll < 52) this.rebase(step);
    else if (roll < 56) this.revert(step);
    else if (roll < 82) this.deploy(step);
    else if (roll < 87)
      this.deploy(step, this.deployed[Math.max(0, this.deployed.length - 2 - step.draw(3))]);
    else if (roll < 90) this.deploy(step, this.deployed.at(-1));
    else if (roll < 94) this.failRollout(step);
    else if (roll < 98) this.breakDown(step);
    else this.lose(step);
  }

  private sha(): string {
    this.serial += 1;
    return createHash("sha1").update(`${this.seed} ${this.serial}`).digest("hex");
  }

  private add(step: Step, parents: readonly string[] | null, more: object = {}): string {
    const sha = this.sha();
    const wrong = step.draw(40) === 0 ? 30 * 24 * hour : 0;
    const authoredAt = new Date(step.at.getTime() - step.draw(40) * hour + wrong);
    this.facts.commits.push({
      ...{ repositoryId: this.id, sha, title: `Change ${this.serial}`, authoredAt, committedAt: step.at },
      ...{ paths: ["src/a.ts"], parents: parents ? [...parents] : null, pushParents: [], reverts: [] },
      ...{ pullRequest: null, isBot: step.draw(9) === 0, asOf: step.at, asOfGuid: "history" },
      ...more,
    });
    return sha;
  }

  private stand(sha: string): string {
    this.head = sha;
    this.main.push(sha);
    return sha;
  }

  commit(step: Step): void {
    this.stand(this.add(step, this.head ? [this.head] : []));
  }

  private pull(step: Step, merge: { sha: string; commits: number; branch: string }): number {
    const number = this.facts.pullRequests.length + 1;
    const openedAt = new Date(step.at.getTime() - (2 + step.draw(30)) * hour);
    this.facts.pullRequests.push({
      ...{ repositoryId: this.id, number, title: `Change ${number}`, state: "closed", isDraft: false },
      ...{
        baseRef: "main",
        headRef: merge.branch,
        headSha: merge.sha,
        openedAt,
        closedAt: step.at,
        mergedAt: step.at,
      },
      ...{ labels: step.draw(10) === 0 ? ["Hotfix"] : [], mergeSha: merge.sha, commitCount: merge.commits },
      ...{ readyAt: step.draw(3) === 0 ? new Date(openedAt.getTime() + hour) : null },
      ...{ asOf: step.at, asOfGuid: "history" },
    });
    if (step.draw(2) === 0)
      this.facts.reviews.push({
        ...{
          repositoryId: this.id,
          number,
          pullRequest: number,
          state: "approved",
          isOwn: step.draw(4) === 0,
        },
        ...{ submittedAt: new Date(openedAt.getTime() + hour), asOf: step.at, asOfGuid: "history" },
      });
    return number;
  }

  private squash(step: Step): void {
    const branch = `branch-${this.serial}`;
    const before = new Date(step.at.getTime() - 30 * hour);
    const own = [this.add({ ...step, at: before }, [this.head]), this.add({ ...step, at: before }, null)];
    this.facts.pushes.push({
      ...{ repositoryId: this.id, ref: `refs/heads/${branch}`, beforeSha: this.head, afterSha: own[1] ?? "" },
      ...{
        isForced: false,
        commits: own,
        pushedAt: new Date(step.at.getTime() - hour),
        asOf: step.at,
        asOfGuid: "p",
      },
    });
    const sha = this.add({ ...step, draw: () => 1 }, [this.head]);
    this.name(sha, this.pull(step, { sha, commits: 2, branch }));
    this.stand(sha);
  }

  private name(sha: string, pullRequest: number): void {
    const commit = this.facts.commits.find((one) => one.sha === sha);
    if (commit) commit.pullRequest = pullRequest;
  }

  private merge(step: Step): void {
    let side = this.main.at(-1 - step.draw(Math.min(3, this.main.length))) ?? this.head;
    for (let i = 0; i <= step.draw(3); i++) side = this.add(step, [side]);
    const sha = this.add(step, [this.head, side]);
    const number = this.pull(step, { sha, commits: 2, branch: `side-${sha.slice(0, 6)}` });
    if (step.draw(2) === 0) this.name(sha, number);
    this.stand(sha);
  }

  private rebase(step: Step): void {
    const count = 2 + step.draw(2);
    for (let i = 0; i < count; i++) this.stand(this.add(step, [this.head]));
    this.pull(step, { sha: this.head, commits: count, branch: `line-${this.head.slice(0, 6)}` });
  }

  private revert(step: Step): void {
    const target = this.main.at(-1 - step.draw(Math.min(12, this.main.length)));
    this.stand(this.add(step, [this.head], { reverts: target ? [`sha:${target}`] : [] }));
  }

  deploy(step: Step, sha: string | undefined = this.head): void {
    const hasTwo = step.draw(4) === 0;
    for (const [index, environment] of (hasTwo
      ? ["production-eu", "production-us"]
      : ["production"]
    ).entries()) {
      const succeededAt = new Date(step.at.getTime() + index * 20 * 60_000);
      this.place(step, { sha, environment, succeededAt });
    }
    this.deployed.push(sha);
    if (step.draw(12) === 0) this.deploymentOf(-1).lastFailedAt = new Date(step.at.getTime() + 2 * hour);
  }

  private deploymentOf(nth: number) {
    const found = this.facts.deployments.at(nth);
    if (!found) throw new Error("Nothing was deployed yet");
    return found;
  }

  private place(
    step: Step,
    more: { sha: string; environment: string; succeededAt?: Date; failedAt?: Date },
  ): void {
    this.facts.deployments.push({
      ...{
        repositoryId: this.id,
        number: this.facts.deployments.length + 1,
        tier: "production",
        ref: "main",
      },
      ...{
        task: "deploy",
        createdAt: new Date(step.at.getTime() - 60_000),
        asOf: step.at,
        asOfGuid: "history",
      },
      ...more,
    });
  }

  private failRollout(step: Step): void {
    this.place(step, { sha: this.head, environment: "production", failedAt: step.at });
  }

  private breakDown(step: Step): void {
    const number = this.facts.incidents.length + 1;
    const isOver = step.draw(4) > 0;
    this.facts.incidents.push({
      ...{
        repositoryId: this.id,
        number,
        title: "It is down",
        severity: null,
        services: [],
        isIncident: true,
      },
      ...{
        namedSha: step.draw(2) === 0 ? this.deploymentOf(-1).sha : null,
        openedAt: step.at,
        deletedAt: null,
      },
      ...{ closedAt: isOver ? new Date(step.at.getTime() + (1 + step.draw(20)) * hour) : null },
      ...{ asOf: step.at, asOfGuid: "history" },
    });
  }

  /** A commit that nobody told of is deployed. */
  private lose(step: Step): void {
    this.deploy(step, this.sha());
  }
}
