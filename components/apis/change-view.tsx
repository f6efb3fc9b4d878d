import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Select } from "#components/ui/select.tsx";
import type { StatusTone } from "#components/ui/status.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { type ApiVersionItem, type ChangeLevel, levelWords, operationAnchor } from "#server/apis/model.ts";

type Props = {
  entityRef: string;
  versions: readonly ApiVersionItem[];
  from: number;
  to: number;
  /** The page of the definition. */
  href: string;
};

const tones: Record<ChangeLevel, StatusTone> = {
  breaking: "danger",
  risky: "warning",
  compatible: "neutral",
};

/** What changed from one version to another, with whom it breaks. */
export async function ChangeView({ entityRef, versions, from, to, href }: Props) {
  const options = versions.map(({ number }) => ({ value: String(number), label: `Version ${number}` }));
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <form action={href} className="flex flex-wrap items-end gap-2 text-table">
        <input type="hidden" name="view" value="changes" />
        <Select name="from" aria-label="From version" defaultValue={String(from)} options={options} />
        <span className="leading-8">to</span>
        <Select name="to" aria-label="To version" defaultValue={String(to)} options={options} />
        <Button type="submit">Compare</Button>
      </form>
      {from < to ? (
        <Changes
          entityRef={entityRef}
          from={from}
          to={to}
          href={href}
          isNewest={to === versions[0]?.number}
        />
      ) : (
        <EmptyState
          kind="nothing"
          isCompact
          title="Choose an earlier version first, and a later one after it"
        />
      )}
    </div>
  );
}

type ChangesProps = Pick<Props, "entityRef" | "from" | "to" | "href"> & { isNewest: boolean };

async function Changes({ entityRef, from, to, href, isNewest }: ChangesProps) {
  const client = getQueryClient();
  const [comparison, consumers] = await Promise.all([
    client.fetchQuery(trpc.apis.comparison.queryOptions({ ref: entityRef, from, to })).catch(notCompared),
    client.fetchQuery(trpc.apis.consumers.queryOptions({ ref: entityRef })),
  ]);
  if (!comparison)
    return (
      <EmptyState kind="nothing" isCompact title="These two versions were not compared">
        One of them is not kept any more, or comparing them took too long.
      </EmptyState>
    );
  const { changes, total, breaking, isCut } = comparison;
  if (total === 0)
    return <EmptyState kind="nothing" isCompact title="Nothing changed for those who call it" />;
  const versionPart = isNewest ? "" : `?version=${to}`;
  return (
    <>
      {breaking > 0 ? (
        <Notice tone="danger" title={breakingWords(breaking, consumers.total)}>
          {consumers.total > 0
            ? `They belong to ${numberText(consumers.owners)} ${consumers.owners === 1 ? "owner" : "owners"}; the list stands beside.`
            : "Nobody in the catalog says that they call it."}
        </Notice>
      ) : null}
      <p className="text-fg-soft text-small">
        {numberText(total)} {total === 1 ? "change" : "changes"}
        {isCut ? `; the first ${numberText(changes.length)} are shown, breaking ones first` : ""}
      </p>
      <ul>
        {changes.map((change, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a change is its place in the list
          <li key={index} className="border-line border-b py-2 last:border-b-0">
            <p className="flex min-w-0 flex-wrap items-baseline gap-x-2">
              <Badge tone={tones[change.level]}>{levelWords[change.level]}</Badge>
              {change.operationId ? (
                <TextLink
                  href={`${href}${versionPart}#${operationAnchor(change.operationId)}`}
                  className="break-all font-mono text-small"
                >
                  {change.place}
                </TextLink>
              ) : (
                <code className="break-all font-mono text-small">{change.place}</code>
              )}
            </p>
            <p className="break-words pt-0.5 text-table">{change.message}</p>
            <p className="font-mono text-muted text-small">{change.rule}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

const breakingWords = (breaking: number, consumers: number) =>
  `${numberText(breaking)} breaking ${breaking === 1 ? "change" : "changes"}${consumers > 0 ? `: this can break ${numberText(consumers)} ${consumers === 1 ? "consumer" : "consumers"}` : ""}`;

function notCompared(error: unknown): null {
  if ((error as { code?: string }).code === "NOT_FOUND") return null;
  throw error;
}
