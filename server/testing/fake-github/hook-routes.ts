import { repositoryOf } from "./named.ts";
import { type FakeAsk, type FakeRoute, missing } from "./route.ts";

/** An attempt to deliver a webhook, as the host lists it. */
export type FakeAttempt = {
  id: number;
  guid: string;
  deliveredAt: Date;
  event: string;
  status: string;
  statusCode: number;
  repositoryId: number | null;
};
export type FakeIssue = {
  number: number;
  title: string;
  labels: string[];
  createdAt: Date;
  updatedAt: Date;
  closedAt: Date | null;
  isPullRequest?: boolean;
};

/** Hooks and issues, beside what every fake has; hand `routes` to it as `more`. */
export type FakeHooks = {
  routes: readonly FakeRoute[];
  /** Where the App's hook sends to. */
  url: string;
  /** The App's, or of a repository by its full name; those that are not named are hidden from tokens. */
  repositories: Map<string, { id: number; url: string; attempts: FakeAttempt[] }>;
  attempts: FakeAttempt[];
  issues: Map<string, FakeIssue[]>;
  /** Ids that were asked to be delivered again. */
  redelivered: number[];
};

export function fakeHooks(): FakeHooks {
  const hooks: FakeHooks = {
    routes: [],
    url: "https://portal.example.com/api/webhooks/github",
    repositories: new Map(),
    attempts: [],
    issues: new Map(),
    redelivered: [],
  };
  const ofRepository = ({ params }: FakeAsk) => hooks.repositories.get(`${params.owner}/${params.repo}`);
  const again = (ask: FakeAsk, attempts: readonly FakeAttempt[]) => {
    const id = Number(ask.params.id);
    if (!attempts.some((one) => one.id === id)) return missing;
    hooks.redelivered.push(id);
    return { status: 202, body: {} };
  };
  const repo = "/repos/:owner/:repo";
  hooks.routes = [
    { method: "GET", path: "/app/hook/config", handle: () => ({ body: { url: hooks.url } }) },
    { method: "GET", path: "/app/hook/deliveries", handle: () => ({ body: listed(hooks.attempts) }) },
    {
      method: "POST",
      path: "/app/hook/deliveries/:id/attempts",
      handle: (ask) => again(ask, hooks.attempts),
    },
    {
      method: "GET",
      path: `${repo}/hooks`,
      handle: (ask) => {
        const found = ofRepository(ask);
        return found ? { body: [{ id: found.id, active: true, config: { url: found.url } }] } : missing;
      },
    },
    {
      method: "GET",
      path: `${repo}/hooks/:hook/deliveries`,
      handle: (ask) => ({ body: listed(ofRepository(ask)?.attempts ?? []) }),
    },
    {
      method: "POST",
      path: `${repo}/hooks/:hook/deliveries/:id/attempts`,
      handle: (ask) => again(ask, ofRepository(ask)?.attempts ?? []),
    },
    {
      method: "GET",
      path: `${repo}/issues`,
      needs: "issues: read",
      handle: (ask) => (repositoryOf(ask) ? { body: issuesOf(ask, hooks) } : missing),
    },
  ];
  return hooks;
}

const listed = (attempts: readonly FakeAttempt[]) =>
  attempts
    .toSorted((left, right) => right.deliveredAt.getTime() - left.deliveredAt.getTime())
    .map((one) => ({
      id: one.id,
      guid: one.guid,
      delivered_at: one.deliveredAt.toISOString(),
      redelivery: false,
      duration: 0.1,
      status: one.status,
      status_code: one.statusCode,
      event: one.event,
      action: null,
      repository_id: one.repositoryId,
    }));

function issuesOf({ params, url }: FakeAsk, hooks: FakeHooks): object[] {
  const label = url.searchParams.get("labels")?.toLowerCase() ?? "";
  const since = new Date(url.searchParams.get("since") ?? 0);
  const all = hooks.issues.get(`${params.owner}/${params.repo}`) ?? [];
  return all
    .filter(
      ({ labels, updatedAt }) => labels.some((one) => one.toLowerCase() === label) && updatedAt >= since,
    )
    .map((one) => ({
      number: one.number,
      title: one.title,
      body: null,
      labels: one.labels.map((name) => ({ name })),
      created_at: one.createdAt.toISOString(),
      updated_at: one.updatedAt.toISOString(),
      closed_at: one.closedAt?.toISOString() ?? null,
      ...(one.isPullRequest ? { pull_request: {} } : {}),
    }));
}
