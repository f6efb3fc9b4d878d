import type { Metadata } from "next";
import { FiguresPage } from "#components/delivery/figures/figures-page.tsx";
import { InsightsTabs } from "#components/delivery/insights-tabs.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { pageRefusal } from "#server/auth/page-access.ts";
import { requestContext } from "#server/auth/page-context.ts";

export const metadata: Metadata = { title: "Insights" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function InsightsPage({ searchParams }: Props) {
  const { actor } = await requestContext();
  const isOffered = pageRefusal("/insights/external", actor) === null;
  return (
    <>
      <PageHeader
        title="Insights"
        action={
          isOffered ? <ButtonLink href="/insights/external">Compare with another tool</ButtonLink> : null
        }
        summary="How software reaches production, over all services that you can see. Every number opens to the rows behind it."
      />
      <InsightsTabs current="/insights" />
      <FiguresPage scope={{ kind: "organisation" }} base="/insights" search={await searchParams} />
    </>
  );
}
