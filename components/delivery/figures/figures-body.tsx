"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { type Asked, EvidenceLink } from "#components/delivery/evidence/evidence-link.tsx";
import { ReportLink } from "#components/delivery/report/report-link.tsx";
import { reviewHref } from "#components/delivery/review/review-search.ts";
import { SourceLink } from "#components/delivery/sources/source-link.tsx";
import { QueryBoundary } from "#components/layout/query-boundary.tsx";
import { useTRPC } from "#components/trpc/provider.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { countText, numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import type { FiguresAnswer } from "#server/delivery/figures/figures-answer.ts";
import { metrics } from "#server/delivery/figures/model.ts";
import { DefinitionSection } from "./definition-section.tsx";
import { FigureCharts } from "./figure-charts.tsx";
import { FigureTiles } from "./figure-tiles.tsx";
import { changeSentence, daysOf, windowText } from "./figure-words.ts";
import { csvHref, type FiguresState } from "./figures-address.ts";
import { ImportingNotice } from "./importing-notice.tsx";
import { ServicesTable } from "./services-table.tsx";

/** Where what widens the range is judged; a system has no queue of its own. */
const queueOf = ({ kind, ref }: FiguresAnswer["scope"]) =>
  reviewHref(ref !== null && kind !== "system" ? ref : "all");

type Props = { asked: Asked; base: string; state: FiguresState; cursor?: string | undefined };

/** Delivery of whatever is asked for: what changed, the figures, their weeks, their services, and how they are computed. */
export function FiguresBody({ asked, ...page }: Props) {
  const trpc = useTRPC();
  const { data: answer } = useSuspenseQuery(trpc.delivery.figures.queryOptions(asked));
  if (answer.scope.services === 0)
    return answer.importing ? <ImportingNotice {...answer.importing} /> : <NoHistory answer={answer} />;
  return (
    <div className="flex flex-col gap-8">
      {answer.importing ? <ImportingNotice {...answer.importing} /> : null}
      <Summary answer={answer} asked={asked} />
      <FigureTiles answer={answer} asked={asked} queue={queueOf(answer.scope)} />
      <Section title="Week by week">
        <FigureCharts answer={answer} asked={asked} />
      </Section>
      {asked.scope.kind === "service" ? null : (
        <Section
          title="Services"
          count={numberText(answer.scope.services)}
          action={
            <ButtonLink href={csvHref("services", asked)} size="small" tone="quiet" isDownload>
              Download CSV
            </ButtonLink>
          }
        >
          <QueryBoundary
            failure="The services could not be loaded"
            fallback={<SkeletonRows rows={8} label="Loading services" hasHead />}
          >
            <ServicesTable asked={asked} {...page} />
          </QueryBoundary>
        </Section>
      )}
      <DefinitionSection figures={answer.figures} />
    </div>
  );
}

/** What changed, and what the figures rest on. */
function Summary({ answer, asked }: { answer: FiguresAnswer; asked: Asked }) {
  const { figures, window, scope, coverageWords, reworked, computedAt } = answer;
  const sentence = changeSentence(
    metrics.map((metric) => figures[metric]),
    daysOf(window),
  );
  return (
    <div className="flex flex-col gap-1">
      <p className="max-w-[90ch] font-medium text-body">{sentence}</p>
      <p className="text-muted text-small">
        {windowText(window)}
        {scope.kind === "service" ? null : ` · ${countText(scope.services, "service")}`}
        {scope.withoutDelivery > 0
          ? `, ${numberText(scope.withoutDelivery)} more without a delivery history`
          : null}
        {coverageWords ? ` · ${coverageWords}` : null}
        {reworked > 0 ? (
          <>
            {" · "}
            <EvidenceLink
              asked={asked}
              metric="frequency"
              part="recalculated"
              label="Recalculated after they had been shown"
            >
              {countText(reworked, "deployment was", "deployments were")} recalculated after being shown
            </EvidenceLink>
          </>
        ) : null}
        {computedAt ? (
          <>
            {" "}
            · figures of <RelativeTime at={computedAt} />
          </>
        ) : null}
        {" · "}
        <a
          href={csvHref("figures", asked)}
          download
          className="rounded-tight underline decoration-line-strong underline-offset-3 hover:decoration-current"
        >
          Download the figures as CSV
        </a>
        {" · "}
        <ReportLink asked={asked} />
      </p>
    </div>
  );
}

function NoHistory({ answer: { scope, figures } }: { answer: FiguresAnswer }) {
  const words: Record<FiguresAnswer["scope"]["kind"], string> = {
    service: "This service has no delivery history yet",
    team: "Nothing that this team owns has a delivery history yet",
    system: "Nothing in this system has a delivery history yet",
    organisation: "No service has a delivery history yet",
  };
  return (
    <EmptyState
      kind="notConnected"
      title={words[scope.kind]}
      action={scope.kind === "service" && scope.ref !== null ? <SourceLink entityRef={scope.ref} /> : null}
    >
      {figures.frequency.reasonWords} Figures appear by themselves once deployments of a service reach this
      portal.
    </EmptyState>
  );
}
