import type { Metadata } from "next";
import { FiguresPage } from "#components/delivery/figures/figures-page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";

export const metadata: Metadata = { title: "Insights" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function InsightsPage({ searchParams }: Props) {
  return (
    <>
      <PageHeader
        title="Insights"
        summary="How software reaches production, over all services that you can see. Every number opens to the rows behind it."
      />
      <FiguresPage scope={{ kind: "organisation" }} base="/insights" search={await searchParams} />
    </>
  );
}
