import { Suspense } from "react";
import { ApiFacts } from "#components/apis/api-facts.tsx";
import { ApiProblems } from "#components/apis/api-problems.tsx";
import { ChangeView } from "#components/apis/change-view.tsx";
import { ConsumerList } from "#components/apis/consumer-list.tsx";
import { DefinitionText } from "#components/apis/definition-text.tsx";
import { Description } from "#components/apis/description.tsx";
import { OperationBrowser } from "#components/apis/operation-browser.tsx";
import { VersionList } from "#components/apis/version-list.tsx";
import { entityHref, splitRef } from "#components/catalog/entity-href.ts";
import { PrivateContents } from "#components/catalog/private-contents.tsx";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import type { ApiDefinition, ApiOverview } from "#server/apis/model.ts";
import { type EntityParams, readEntity } from "../read-entity.ts";

type Search = Record<string, string | string[] | undefined>;
type Props = { params: EntityParams; searchParams: Promise<Search> };

const numberIn = (search: Search, name: string): number | undefined => {
  const value = Number(search[name]);
  return Number.isInteger(value) && value > 0 ? value : undefined;
};

export default async function DefinitionPage({ params, searchParams }: Props) {
  const { ref, may } = await readEntity(params);
  if (may.readContents) return <PrivateContents refusal={may.readContents} />;
  const search = await searchParams;
  const href = entityHref(ref, "definition");
  const number = numberIn(search, "version");
  const api = await getQueryClient()
    .fetchQuery(trpc.apis.definition.queryOptions({ ref, ...(number ? { number } : {}) }))
    .catch(noSuchVersion);
  if (!api)
    return (
      <EmptyState
        kind="nothing"
        title="This version is not kept"
        action={<ButtonLink href={href}>Show the newest</ButtonLink>}
      />
    );
  if (!api.overview || api.number === null) return <Nothing api={api} />;
  const shown = { api, overview: api.overview, number: api.number };
  return <Definition {...shown} search={search} href={href} />;
}

function noSuchVersion(error: unknown): null {
  if ((error as { code?: string }).code === "NOT_FOUND") return null;
  throw error;
}

function Nothing({ api }: { api: ApiDefinition }) {
  if (api.state === "waiting")
    return (
      <EmptyState kind="nothing" title="The definition is being read">
        It came with the last import and is shown here in a moment. Reload the page to see it.
      </EmptyState>
    );
  return (
    <EmptyState kind="nothing" title="No definition">
      Its file has no spec.definition.
    </EmptyState>
  );
}

type Shown = { api: ApiDefinition; overview: ApiOverview; number: number; search: Search; href: string };

function Definition({ api, overview, number, search, href }: Shown) {
  const isNewest = number === api.versions[0]?.number;
  const isText = overview.failure !== null || overview.format === "text";
  const view = isText && search.view !== "changes" ? "text" : search.view;
  const to = numberIn(search, "to") ?? number;
  const from = numberIn(search, "from") ?? to - 1;
  const at = (name?: string) => {
    const parts = [...(isNewest ? [] : [`version=${number}`]), ...(name ? [`view=${name}`] : [])];
    return parts.length > 0 ? `${href}?${parts.join("&")}` : href;
  };
  const tabs = [
    ...(isText
      ? []
      : [{ href: at(), label: "Operations", isCurrent: view !== "changes" && view !== "text" }]),
    { href: at("text"), label: "Text", isCurrent: view === "text" },
    ...(api.versions.length > 1
      ? [{ href: at("changes"), label: "Changes", isCurrent: view === "changes" }]
      : []),
  ];
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      <div className="flex min-w-0 flex-col gap-4">
        <ApiProblems overview={overview} />
        {overview.title ? <h2 className="font-semibold text-section">{overview.title}</h2> : null}
        {overview.description && view !== "changes" ? <Description text={overview.description} /> : null}
        <Tabs label="Parts of the definition" tabs={tabs} />
        {view === "changes" ? (
          <ChangeView entityRef={api.ref} versions={api.versions} from={from} to={to} href={href} />
        ) : view === "text" ? (
          <DefinitionText
            entityRef={api.ref}
            number={number}
            format={overview.format}
            downloadHref={downloadHref(api.ref, number)}
          />
        ) : (
          <OperationBrowser entityRef={api.ref} number={number} overview={overview} />
        )}
      </div>
      <div className="flex min-w-0 flex-col gap-6">
        <ApiFacts overview={overview} />
        <Suspense fallback={<SkeletonRows rows={3} label="Loading consumers" />}>
          <ConsumerList entityRef={api.ref} />
        </Suspense>
        <VersionList versions={api.versions} current={number} href={href} />
      </div>
    </div>
  );
}

function downloadHref(ref: string, number: number): string {
  const { kind, namespace, name } = splitRef(ref);
  const path = [kind, namespace, name].map(encodeURIComponent).join("/");
  return `/api/v1/apis/${path}/definition?version=${number}`;
}
