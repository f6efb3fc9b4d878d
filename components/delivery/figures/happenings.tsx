import { daysText } from "#components/ui/day-text.ts";
import { countText } from "#components/ui/number-text.ts";
import { TextLink } from "#components/ui/text-link.tsx";
import type { FiguresAnswer } from "#server/delivery/figures/figures-answer.ts";
import type { Happening } from "./week-points.ts";

const most = 8;

type Props = { happenings: readonly Happening[]; scope: FiguresAnswer["scope"] };

/** What the marks on the charts stand for, to be read without a pointer. Quarters stand on the charts alone. */
export function Happenings({ happenings, scope }: Props) {
  const known = happenings.filter(({ kind }) => kind !== "fiscal_quarter");
  const shown = known.slice(0, most);
  const timeline = `/delivery/timeline${scope.ref === null ? "" : `?ref=${encodeURIComponent(scope.ref)}`}`;
  return (
    <div className="min-w-0">
      <h3 className="pb-1 font-medium text-table">What happened in these weeks</h3>
      {known.length === 0 ? (
        <p className="py-2 text-muted text-table">
          No incident, freeze, holiday, gap or change of rules is recorded.
        </p>
      ) : (
        <ul className="text-table">
          {shown.map(({ id, from, to, words, href }) => (
            <li key={id} className="flex min-h-8 flex-wrap items-center gap-x-3 border-line border-b py-1">
              <span className="min-w-0 flex-1 basis-60 break-words">
                {href ? <TextLink href={href}>{words}</TextLink> : words}
              </span>
              <span className="tabular shrink-0 text-muted text-small">{daysText(from, to)}</span>
            </li>
          ))}
        </ul>
      )}
      <p className="pt-2 text-muted text-small">
        {known.length > most
          ? `${countText(known.length - most, "earlier one", "earlier ones")} on the charts. `
          : null}
        <TextLink href={timeline}>Deployments and incidents day by day</TextLink>
      </p>
    </div>
  );
}
