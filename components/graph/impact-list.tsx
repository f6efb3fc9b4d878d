import { entityHref } from "#components/catalog/entity-href.ts";
import { shortName } from "#components/catalog/facet-words.ts";
import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { Section } from "#components/ui/section.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { type Impact, type ImpactDirection, impactLimit } from "#server/catalog/graph/model.ts";
import { NodeLink } from "./graph-table.tsx";

/** Everything that breaks when an entry goes, or everything that it needs, by owner, each with the way there. */
export async function ImpactList({ root, direction }: { root: string; direction: ImpactDirection }) {
  const impact = await getQueryClient().fetchQuery(trpc.graph.impact.queryOptions({ ref: root, direction }));
  if (impact.total === 0)
    return (
      <EmptyState
        kind="nothing"
        title={
          direction === "breaks"
            ? "Nothing in the catalog needs it"
            : "It needs nothing that the catalog knows"
        }
      >
        {direction === "breaks"
          ? "No entry depends on it, consumes an API that it provides, or is a part of it."
          : "Its file names no dependency, no API that it consumes and no parts."}
      </EmptyState>
    );
  const query = new URLSearchParams({ ref: root, direction });
  return (
    <div className="flex min-w-0 flex-col gap-6">
      <div className="flex flex-wrap items-center gap-3">
        <p className="flex-1 text-table">{summary(impact)}</p>
        <ButtonLink href={`/api/v1/catalog/impact.csv?${query}`} isDownload size="small">
          CSV
        </ButtonLink>
      </div>
      {impact.owners.map((owner) => (
        <OwnerPart key={owner.ref ?? ""} owner={owner} impact={impact} />
      ))}
    </div>
  );
}

function summary({ direction, total, isMore, owners, items }: Impact): string {
  const count = isMore
    ? `More than ${numberText(impactLimit)} entries`
    : total === 1
      ? "1 entry"
      : `${numberText(total)} entries`;
  const verb =
    direction === "breaks"
      ? total === 1 && !isMore
        ? "breaks"
        : "break"
      : total === 1 && !isMore
        ? "is needed"
        : "are needed";
  const whose = `of ${numberText(owners.length)} ${owners.length === 1 ? "owner" : "owners"}`;
  const shown =
    items.length < total
      ? ` The first ${numberText(items.length)} are shown; the CSV has ${isMore ? `the first ${numberText(impactLimit)}` : "all"}.`
      : "";
  return `${count} ${whose} ${verb}.${shown}`;
}

function OwnerPart({ owner, impact }: { owner: Impact["owners"][number]; impact: Impact }) {
  const own = impact.items.filter(({ ownerRef }) => ownerRef === owner.ref);
  if (own.length === 0) return null;
  const title = owner.ref ? (owner.title ?? shortName(owner.ref)) : "No owner";
  return (
    <Section
      title={title}
      count={numberText(owner.count)}
      action={
        owner.ref ? (
          <TextLink href={entityHref(owner.ref)} className="text-small" aria-label={`Open ${title}`}>
            Open
          </TextLink>
        ) : undefined
      }
    >
      <ul>
        {own.map((item) => (
          <li key={item.ref} className="border-line border-b py-1.5 last:border-b-0">
            <p className="flex flex-wrap items-baseline gap-x-2 text-table">
              <NodeLink node={item} />
              <span className="text-muted text-small">{item.kind}</span>
            </p>
            <p className="break-words font-mono text-muted text-small">
              {item.path.map(shortName).join(" → ")}
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}
