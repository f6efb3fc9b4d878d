import { entityHref } from "#components/catalog/entity-href.ts";
import { CommitRef } from "#components/delivery/commit-ref.tsx";
import { countText } from "#components/ui/number-text.ts";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { ChainKind } from "#server/delivery/model.ts";
import { chainKindWords, type TimelineDeployment } from "#server/delivery/timeline/model.ts";

const tones: Readonly<Record<ChainKind, StatusTone>> = {
  baseline: "success",
  forward: "success",
  redeploy: "neutral",
  rollback: "warning",
  unknown: "success",
};

/** What a deployment did, in words. */
export function DeploymentMark({ deployment }: { deployment: TimelineDeployment }) {
  const { outcome, brokeAt, kind } = deployment;
  if (outcome === "failure") return <Status tone="danger">Failed</Status>;
  if (outcome === "pending" || kind === null) return <Status tone="info">Under way</Status>;
  if (brokeAt) return <Status tone="danger">Failed after it was deployed</Status>;
  return <Status tone={tones[kind]}>{chainKindWords[kind]}</Status>;
}

/** One line: which service, to where, which commit and what came with it. */
export function DeploymentLine({ deployment }: { deployment: TimelineDeployment }) {
  const { ref, name, environment, regions, sha, title, changes, isExcluded } = deployment;
  const places = regions.length > 0 ? regions.join(", ") : environment;
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3">
      <TextLink href={entityHref(ref, "deployments")} className="font-medium">
        {name}
      </TextLink>
      <span className="text-fg-soft">{places}</span>
      {sha ? <CommitRef sha={sha} /> : null}
      {title ? <span className="min-w-0 break-words text-fg-soft">{title}</span> : null}
      <span className="text-muted text-small">
        {changes ? countText(changes, "change") : null}
        {isExcluded ? " · excluded from the figures by the team" : null}
      </span>
    </span>
  );
}
