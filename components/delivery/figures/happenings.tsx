import { countText } from "#components/ui/number-text.ts";
import type { Happening } from "./week-points.ts";

const most = 8;

const dayText = (day: string) =>
  new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(
    new Date(`${day}T00:00:00Z`),
  );

type Props = { happenings: readonly Happening[]; hasIncidents: boolean };

/** What the marks on the charts stand for, to be read without a pointer. Quarters stand on the charts alone. */
export function Happenings({ happenings, hasIncidents }: Props) {
  const known = happenings.filter(({ kind }) => kind !== "fiscal_quarter");
  const shown = known.slice(0, most);
  return (
    <div className="min-w-0">
      <h3 className="pb-1 font-medium text-table">
        {hasIncidents
          ? "Freezes, holidays and incidents in these weeks"
          : "Freezes and holidays in these weeks"}
      </h3>
      {known.length === 0 ? (
        <p className="py-2 text-muted text-table">None recorded.</p>
      ) : (
        <ul className="text-table">
          {shown.map(({ from, to, words }) => (
            <li
              key={`${from} ${words}`}
              className="flex min-h-8 items-center gap-x-3 border-line border-b py-1"
            >
              <span className="min-w-0 flex-1 break-words">{words}</span>
              <span className="tabular shrink-0 text-muted text-small">
                {from === to ? dayText(from) : `${dayText(from)} to ${dayText(to)}`}
              </span>
            </li>
          ))}
        </ul>
      )}
      {known.length > most ? (
        <p className="pt-2 text-muted text-small">{`${countText(known.length - most, "earlier one", "earlier ones")} on the charts`}</p>
      ) : null}
    </div>
  );
}
