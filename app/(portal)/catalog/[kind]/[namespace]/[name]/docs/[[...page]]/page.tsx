import type { Metadata } from "next";
import { z } from "zod";
import { readSearch } from "#app/read-search.ts";
import { DocsAbsent } from "#components/docs/docs-absent.tsx";
import { DocsAnswers } from "#components/docs/docs-answers.tsx";
import { DocsFrame } from "#components/docs/docs-frame.tsx";
import type { DocsView } from "#components/docs/docs-href.ts";
import { DocsPage } from "#components/docs/docs-page.tsx";
import { DocsReport } from "#components/docs/docs-report.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import type { PageDetail } from "#server/docs/reads/page.ts";
import { readEntity } from "../../read-entity.ts";

type Params = Promise<{ kind: string; namespace: string; name: string; page?: string[] }>;
type Props = { params: Params; searchParams: Promise<Record<string, string | string[] | undefined>> };

const View = z.object({ show: z.enum(["report", "answers"]).optional() });

async function pathOf(params: Params): Promise<string> {
  const { page = [] } = await params;
  try {
    return page.map(decodeURIComponent).join("/");
  } catch {
    return page.join("/");
  }
}

/** Null for a page that is not there, or not for this reader. */
async function findPage(ref: string, path: string): Promise<PageDetail | null> {
  try {
    return await getQueryClient().fetchQuery(trpc.docs.page.queryOptions({ ref, path }));
  } catch (error) {
    if ((error as { code?: string }).code === "NOT_FOUND") return null;
    throw error;
  }
}

export async function generateMetadata({ params }: { params: Params }): Promise<Metadata> {
  const entity = await readEntity(params);
  const page = await findPage(entity.ref, await pathOf(params));
  const name = entity.title ?? entity.name;
  return { title: page ? `${page.title} · ${name}` : `Docs · ${name}` };
}

export default async function DocsTab({ params, searchParams }: Props) {
  const { ref } = await readEntity(params);
  const queryClient = getQueryClient();
  const { site, isHidden } = await queryClient.fetchQuery(trpc.docs.site.queryOptions({ ref }));
  if (!site || (site.pages === 0 && site.failure !== null))
    return <DocsAbsent isHidden={isHidden} failure={site?.failure ?? null} />;
  const { show } = readSearch(View, await searchParams);
  const view: DocsView | null = show ?? null;
  const page = view ? null : await findPage(ref, await pathOf(params));
  return (
    <DocsFrame site={site} current={page?.path ?? null} view={view} contents={page?.contents ?? []}>
      {view === "report" ? (
        <DocsReport
          entityRef={ref}
          problems={await queryClient.fetchQuery(trpc.docs.problems.queryOptions({ ref }))}
        />
      ) : view === "answers" && site.may.readAnswers === null ? (
        <DocsAnswers
          entityRef={ref}
          answers={await queryClient.fetchQuery(trpc.docs.answers.queryOptions({ ref }))}
        />
      ) : (
        <DocsPage site={site} page={page} />
      )}
    </DocsFrame>
  );
}
