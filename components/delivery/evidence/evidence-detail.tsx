"use client";

import { useQuery } from "@tanstack/react-query";
import { durationText } from "#components/delivery/figures/figure-words.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { DefinitionList } from "#components/ui/definition-list.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { decisionWords, type EvidenceDetail } from "#server/delivery/decisions/model.ts";
import type { EvidenceRow } from "#server/delivery/figures/evidence-page.ts";
import { stages, stageWords } from "#server/delivery/figures/model.ts";
import { DecideActions } from "./decide-actions.tsx";
import { leadWords } from "./evidence-words.ts";
import { FailureList } from "./failure-list.tsx";

/** What stands behind one deployment, and what may be said of it. */
export function EvidenceDetailView({ id, row }: { id: number; row: EvidenceRow }) {
  const trpc = useTRPC();
  const { data: detail, error } = useQuery(trpc.delivery.evidenceDetail.queryOptions({ id }));
  if (error)
    return (
      <div className="pb-3 pl-6">
        <Notice tone="danger" title={errorWords(error).sentence} />
      </div>
    );
  if (!detail) return <SkeletonRows rows={4} label="Loading what stands behind it" />;
  return (
    <div className="flex flex-col gap-4 pb-4 pl-6">
      <Facts detail={detail} row={row} />
      <DecideActions detail={detail} />
      {detail.failures.length > 0 ? (
        <Section title="Signs that it failed" level={3} count={numberText(detail.failures.length)}>
          <FailureList failures={detail.failures} refusal={detail.may.decide} />
        </Section>
      ) : null}
      <Changes detail={detail} />
      {detail.decisions.length > 0 ? <Decisions detail={detail} /> : null}
      <Section title="Rules in force" level={3}>
        <ul className="list-disc pl-4 text-fg-soft text-small">
          {detail.rules.map((rule) => (
            <li key={rule}>{rule}</li>
          ))}
        </ul>
      </Section>
    </div>
  );
}

function Facts({ detail, row }: { detail: EvidenceDetail; row: EvidenceRow }) {
  const commit = detail.sha ? <code className="break-all font-mono text-small">{detail.sha}</code> : null;
  const before = detail.previous;
  const changesNote =
    row.attributionNote ??
    (row.kind === "baseline"
      ? "Not known, as there is no deployment before it to compare with. It counts for deployment frequency alone"
      : null);
  return (
    <DefinitionList
      facts={[
        {
          term: "Live since",
          value: detail.succeededAt ? <RelativeTime at={detail.succeededAt} /> : "Never: it did not succeed",
        },
        {
          term: "Commit",
          value: detail.commitHref ? <TextLink href={detail.commitHref}>{commit}</TextLink> : commit,
        },
        {
          term: "Before it",
          value: before ? (
            <>
              {before.sha ? `Commit ${before.sha.slice(0, 7)}, ` : ""}
              <RelativeTime at={before.at} />
            </>
          ) : (
            "No earlier deployment is known"
          ),
        },
        ...(changesNote ? [{ term: "Its changes", value: changesNote }] : []),
        ...(detail.parts.length > 0
          ? [{ term: "Regions", value: detail.parts.map(({ environment }) => environment).join(", ") }]
          : []),
        ...(row.reworkedAt
          ? [
              {
                term: "Recalculated",
                value: (
                  <>
                    <RelativeTime at={row.reworkedAt} />, as facts came later
                  </>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

function Changes({ detail: { changes } }: { detail: EvidenceDetail }) {
  if (changes.total === 0) return null;
  return (
    <Section title="What it brought" level={3} count={numberText(changes.total)}>
      <ul className="flex flex-col gap-2">
        {changes.items.map((change) => {
          const name = change.pullRequest === null ? change.sha.slice(0, 7) : `#${change.pullRequest}`;
          return (
            <li key={change.key} className="text-table">
              {change.href ? <TextLink href={change.href}>{name}</TextLink> : name} {change.title}
              <span className="block text-muted text-small">
                {leadWords(change)}
                {change.isBot ? " · by a bot" : ""}
              </span>
              {change.stages ? (
                <span className="block text-muted text-small">
                  {stages
                    .map((stage) => `${stageWords[stage]} ${durationText(change.stages?.[stage] ?? 0)}`)
                    .join(" · ")}
                </span>
              ) : null}
            </li>
          );
        })}
      </ul>
      {changes.total > changes.items.length ? (
        <p className="pt-2 text-muted text-small">
          The {numberText(changes.items.length)} that took longest. The file of the list has all.
        </p>
      ) : null}
    </Section>
  );
}

function Decisions({ detail }: { detail: EvidenceDetail }) {
  return (
    <Section title="What people say of it" level={3} count={numberText(detail.decisions.length)}>
      <ul className="flex flex-col gap-2">
        {detail.decisions.map((one) => (
          <li key={one.id} className="text-table">
            <span className="font-medium">{decisionWords[one.decision]}</span>
            <span className="text-muted text-small">
              {" "}
              by {one.by}, <RelativeTime at={one.at} />
            </span>
            <p className="whitespace-pre-wrap break-words text-fg-soft">{one.reason}</p>
          </li>
        ))}
      </ul>
    </Section>
  );
}
