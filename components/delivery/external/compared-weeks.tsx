import { durationText } from "#components/delivery/figures/figure-words.ts";
import { dayText } from "#components/ui/day-text.ts";
import { numberText } from "#components/ui/number-text.ts";
import { Status } from "#components/ui/status.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { type ComparedWeek, verdictWords, type WeekSide } from "#server/delivery/external/model.ts";
import { verdictTones } from "./external-words.ts";

/** Weeks of both sides, with what would make them equal. */
export function ComparedWeeks({ weeks }: { weeks: readonly ComparedWeek[] }) {
  return (
    <Table label="Weeks compared">
      <thead>
        <tr>
          <Th>Week of</Th>
          <Th>In the file</Th>
          <Th>Here</Th>
          <Th className="max-md:hidden">How they compare</Th>
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week.line}>
            <Td className="py-1.5 align-top">
              <span className="tabular block whitespace-nowrap">{dayText(week.week)}</span>
              <span className="block break-words text-muted text-small">
                {week.service}, line {week.line}
              </span>
              <span className="block md:hidden">
                <Outcome week={week} />
              </span>
            </Td>
            <Td className="py-1.5 align-top">
              <Side side={week.theirs} />
            </Td>
            <Td className="py-1.5 align-top">
              <Side side={week.ours} />
            </Td>
            <Td className="max-w-96 py-1.5 align-top max-md:hidden">
              <Outcome week={week} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Side({ side }: { side: WeekSide | null }) {
  if (!side) return <span className="text-muted">—</span>;
  const parts = [
    side.deployments === null ? null : `${numberText(side.deployments)} deployed`,
    side.failed === null ? null : `${numberText(side.failed)} failed`,
    side.leadSeconds === null ? null : durationText(side.leadSeconds),
  ].filter(Boolean);
  return <span>{parts.length > 0 ? parts.join(", ") : "—"}</span>;
}

function Outcome({ week: { verdict, reasons } }: { week: ComparedWeek }) {
  return (
    <>
      <Status tone={verdictTones[verdict]}>{verdictWords[verdict]}</Status>
      {reasons.map((reason) => (
        <span key={reason} className="block text-fg-soft text-small">
          {reason}
        </span>
      ))}
    </>
  );
}
