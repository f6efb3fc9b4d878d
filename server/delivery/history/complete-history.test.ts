import { sql } from "drizzle-orm";
import { expect } from "vitest";
import type { HostCommit, SourceHost } from "#server/connections/source-host.ts";
import { projectDue } from "#server/delivery/projection/project-due.ts";
import { receiveDeliveries } from "#server/github/receive-delivery.ts";
import { documentText, importFiles } from "#server/testing/catalogue.ts";
import { as, test } from "#server/testing/database.ts";
import { makeWebhookSecret, signedWebhook, workInbox } from "#server/testing/signed-webhooks.ts";
import { hostRepositoryFact } from "../back-fill/host-facts.ts";
import { completeHistory } from "./complete-history.ts";

const sha = (name: string) => Buffer.from(name.padEnd(20, ".")).toString("hex");
const at = (hours: number) => new Date(Date.UTC(2026, 2, 2) + hours * 3_600_000);

/** A host that has these commits, a page of two at a time; what it was asked for is kept. */
function hostWith(commits: readonly HostCommit[], asked: string[]): Pick<SourceHost, "listCommits"> {
  const byName = new Map(commits.map((commit) => [commit.sha, commit]));
  return {
    listCommits: async function* (_repo, ref) {
      asked.push(ref ?? "");
      const found = new Map<string, HostCommit>();
      const waiting = [ref ?? ""];
      for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
        const commit = byName.get(one);
        if (!commit || found.has(one)) continue;
        found.set(one, commit);
        waiting.push(...commit.parents);
      }
      const listed = [...found.values()].sort(
        (left, right) => Number(right.committedAt) - Number(left.committedAt),
      );
      for (let from = 0; from < listed.length; from += 2) yield listed.slice(from, from + 2);
    },
  };
}

const commit = (name: string, hours: number, ...parents: string[]): HostCommit => ({
  sha: sha(name),
  message: `Change ${name}`,
  authorName: "Somebody",
  authorLogin: null,
  authoredAt: at(hours),
  committedAt: at(hours),
  parents: parents.map(sha),
});

test("what deployments lead to is read from the host once, with its merges, and older histories count as before", async ({
  db,
}) => {
  const slug = "acme/completed";
  await importFiles(db, "/org/completed", {
    "catalog-info.yaml": documentText("Component", "completed", {
      metadata: { annotations: { "github.com/project-slug": slug } },
    }),
  });
  const url = `https://github.com/${slug}`;
  const repository = { id: 4711, full_name: slug, default_branch: "main", html_url: url };
  const secret = await makeWebhookSecret(as(db));
  const deploy = (id: number, name: string, hours: number) => {
    const time = at(hours).toISOString();
    const about = { id, sha: sha(name), ref: "main", task: "deploy", environment: "production" };
    const deployment = { ...about, created_at: time, updated_at: time };
    const deployment_status = { state: "success", created_at: time };
    return signedWebhook(secret, "deployment_status", { deployment, deployment_status, repository });
  };
  await receiveDeliveries(as(db), [secret], [deploy(1, "b", 10), deploy(2, "m", 20), deploy(3, "fix", 30)]);
  await workInbox(as(db));
  await projectDue(as(db), () => false);
  const kinds = () =>
    db.execute<{ kind: string; attribution: string; n: number }>(sql`
      select d.kind, d.attribution, d.commit_count as n from service_deployments d
      join delivery_services s on s.id = d.service_id
      where s.entity_ref = 'component:default/completed' order by d.succeeded_at`);
  expect([...(await kinds())].map((row) => row.attribution)).toEqual(["baseline", "unknown", "unknown"]);

  const asked: string[] = [];
  const host = hostWith(
    [
      commit("a", 1, "long-ago"),
      commit("b", 2, "a"),
      commit("side", 3, "a-fork-of-old"),
      commit("m", 12, "b", "side"),
      commit("fix", 22, "b"),
    ],
    asked,
  ) as SourceHost;
  const fact = hostRepositoryFact(
    { id: "x", externalId: "4711", fullName: slug, url, defaultBranch: "main" },
    at(0),
  );
  expect(await completeHistory(as(db), host, fact)).toBe(5);
  // Then what both lead to and the host does not have: nothing lies above it.
  expect(asked).toEqual([sha("fix"), sha("m"), sha("a-fork-of-old"), sha("long-ago")]);
  await projectDue(as(db), () => false);
  expect([...(await kinds())]).toEqual([
    { kind: "baseline", attribution: "baseline", n: 0 },
    // The merge itself is no change.
    { kind: "forward", attribution: "complete", n: 1 },
    { kind: "forward", attribution: "complete", n: 1 },
  ]);
  expect(await completeHistory(as(db), host, fact)).toBe(0);
  expect(asked).toHaveLength(4);
});
