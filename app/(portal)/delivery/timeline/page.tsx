import type { Metadata } from "next";
import { cache } from "react";
import { orFirstPage } from "#app/or-first-page.ts";
import { splitRef } from "#components/catalog/entity-href.ts";
import { InsightsTabs } from "#components/delivery/insights-tabs.tsx";
import { scopeNamed, scopeQuery } from "#components/delivery/timeline/scope-choices.ts";
import { TimelineDays } from "#components/delivery/timeline/timeline-days.tsx";
import { TimelineFilter } from "#components/delivery/timeline/timeline-filter.tsx";
import { toParams } from "#components/layout/list-address.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { ReadTimeline } from "#server/delivery/timeline/inputs.ts";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  const ref = await askedRef((await searchParams).ref);
  return { title: ref ? `Timeline of ${splitRef(ref).name}` : "Timeline of deployments" };
}

const path = "/delivery/timeline";

/** What the filter names, as a reference; empty for all. */
const askedRef = cache(async (given: string | string[] | undefined): Promise<string> => {
  const text = (typeof given === "string" ? given : "").trim();
  if (text === "" || text.includes(":")) return text;
  const { items } = await getQueryClient().fetchQuery(trpc.catalog.list.queryOptions(scopeQuery(text)));
  return scopeNamed(text, items);
});

export default async function TimelinePage({ searchParams }: Props) {
  const search = await searchParams;
  const one = (name: string) => (typeof search[name] === "string" ? search[name] : undefined);
  const ref = await askedRef(search.ref);
  const kind = ref.startsWith("system:") ? "system" : ref.startsWith("group:") ? "team" : "service";
  const scope = ref ? { kind, ref } : { kind: "organisation" };
  const tier = one("tier") ?? "production";
  const cursor = one("cursor");
  const asked = ReadTimeline.safeParse({ scope, tier, cursor });
  const input = asked.success ? asked.data : ReadTimeline.parse({});
  const read = () => getQueryClient().fetchQuery(trpc.delivery.timeline.queryOptions(input));
  await orFirstPage(path, search, read);
  const timeline = await read().catch((error: { code?: string }) => {
    if (error.code === "NOT_FOUND") return null;
    throw error;
  });
  const filter = toParams({ ref: ref || undefined, tier: tier === "production" ? undefined : tier });
  const at = (more: string) =>
    `${path}${more || filter.size > 0 ? "?" : ""}${[filter.toString(), more].filter(Boolean).join("&")}`;
  const isEmpty = !timeline || timeline.deployments.length + timeline.incidents.length === 0;
  return (
    <>
      <PageHeader
        path={[{ label: "Insights", href: "/insights" }]}
        title="Timeline of deployments"
        summary={
          timeline
            ? `${timeline.name}, with incidents and freezes. Times are in ${timeline.timeZone}.`
            : "Deployments across services, with incidents and freezes."
        }
      />
      <InsightsTabs current="/delivery/timeline" />
      <div className="flex flex-col gap-6">
        <TimelineFilter path={path} refText={ref} tier={input.tier} />
        {timeline && !isEmpty ? (
          <>
            <TimelineDays timeline={timeline} />
            <Pager
              previousHref={cursor ? at("") : null}
              nextHref={timeline.nextCursor ? at(`cursor=${encodeURIComponent(timeline.nextCursor)}`) : null}
            >
              {cursor ? "Earlier deployments" : "Newest first"}
            </Pager>
          </>
        ) : (
          <EmptyState
            kind={ref || tier !== "production" ? "filtered" : "nothing"}
            title={timeline ? "No deployment recorded" : `The catalog has no entry ${ref}`}
            isCompact
          >
            {timeline
              ? "Deployments appear here as soon as they are reported to this portal."
              : "Choose one of those that are offered while you type, or write it as group:default/payments."}
          </EmptyState>
        )}
      </div>
    </>
  );
}
