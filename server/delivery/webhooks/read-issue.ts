import { z } from "zod";
import type { DeliveryFacts } from "#server/delivery/facts.ts";
import type { ReadableDelivery } from "#server/github/interpreter.ts";
import { count, repositoryFact, repositoryPart, time, words } from "./payload-parts.ts";

export const IssuePayload = z.object({
  action: z.string().max(100),
  issue: z
    .object({
      number: count,
      title: words(500),
      body: words(20_000).nullish(),
      labels: z
        .array(z.object({ name: words(200) }))
        .max(200)
        .nullish(),
      state: z.enum(["open", "closed"]).nullish(),
      created_at: time,
      updated_at: time,
      closed_at: time.nullish(),
    })
    .refine(({ state, closed_at }) => state !== "closed" || Boolean(closed_at), {
      path: ["closed_at"],
      message: "is missing, though it is closed",
    }),
  label: z.object({ name: words(200) }).nullish(),
  repository: repositoryPart,
});

const isIncidentLabel = (label: string) => label.trim().toLowerCase() === "incident";
const severityLabel = /^sev(?:erity)?[\s:/_-]*([\w-]{1,20})$/i;
const serviceLabel = /^service[:/]\s*(.{1,100})$/i;
const namedDeployment = /\bdeploy(?:ment|ed)?\b[^\n]{0,40}?\b([0-9a-f]{7,40})\b/i;

/**
 * An issue with the label "incident"; null for every other one. Taking the label away is kept too, so that it counts
 * whichever of the two comes first.
 */
export function readIssue(
  payload: z.infer<typeof IssuePayload>,
  delivery: ReadableDelivery,
): DeliveryFacts | null {
  const { issue, action } = payload;
  const labels = (issue.labels ?? []).map((one) => one.name);
  const isIncident = labels.some(isIncidentLabel);
  const hasLostLabel = action === "unlabeled" && isIncidentLabel(payload.label?.name ?? "");
  if (!isIncident && !hasLostLabel) return null;
  const repository = repositoryFact(payload.repository, delivery, issue.updated_at);
  const isGone = action === "deleted" || action === "transferred";
  const pick = (pattern: RegExp) => labels.flatMap((label) => pattern.exec(label)?.[1]?.toLowerCase() ?? []);
  return {
    repository,
    incidents: [
      {
        repositoryId: repository.id,
        number: issue.number,
        title: issue.title,
        severity: pick(severityLabel)[0] ?? null,
        services: pick(serviceLabel).sort(),
        namedSha: namedDeployment.exec(issue.body ?? "")?.[1]?.toLowerCase() ?? null,
        openedAt: issue.created_at,
        // GitHub tells of one that is opened again with the moment at which it was closed.
        closedAt: issue.state === "open" ? null : (issue.closed_at ?? null),
        isIncident,
        deletedAt: isGone ? issue.updated_at : null,
        asOf: issue.updated_at,
        asOfGuid: repository.asOfGuid,
      },
    ],
  };
}
