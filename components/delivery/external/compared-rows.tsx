import { entityHref } from "#components/catalog/entity-href.ts";
import { momentText } from "#components/ui/day-text.ts";
import { Status } from "#components/ui/status.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import { type ComparedRow, ruleWords, verdictWords } from "#server/delivery/external/model.ts";
import { verdictTones } from "./external-words.ts";

/** Rows of both sides, each with how they compare and why. */
export function ComparedRows({ rows, timeZone }: { rows: readonly ComparedRow[]; timeZone: string }) {
  return (
    <Table label="Rows compared">
      <thead>
        <tr>
          <Th>Row</Th>
          <Th>In the file</Th>
          <Th>Here</Th>
          <Th className="max-md:hidden">How they compare</Th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.line ?? "here"} ${row.serviceRef} ${row.ours?.at.toISOString()} ${row.ours?.sha}`}>
            <Td className="max-w-48 py-1.5 align-top">
              {row.serviceRef ? (
                <TextLink href={entityHref(row.serviceRef, "delivery")} className="break-words font-medium">
                  {row.service}
                </TextLink>
              ) : (
                <span className="break-words font-medium">{row.service}</span>
              )}
              {row.line === null ? null : (
                <span className="block text-muted text-small">Line {row.line}</span>
              )}
              <span className="block md:hidden">
                <Outcome row={row} />
              </span>
            </Td>
            <Td className="py-1.5 align-top">
              <Side side={row.theirs} timeZone={timeZone} />
            </Td>
            <Td className="py-1.5 align-top">
              <Side side={row.ours} timeZone={timeZone} />
            </Td>
            <Td className="max-w-96 py-1.5 align-top max-md:hidden">
              <Outcome row={row} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Side({ side, timeZone }: { side: ComparedRow["theirs"]; timeZone: string }) {
  if (!side) return <span className="text-muted">—</span>;
  const more = [side.environment, side.sha?.slice(0, 7), side.counts ? null : "not counted"].filter(Boolean);
  return (
    <>
      <span className="tabular block whitespace-nowrap max-sm:whitespace-normal">
        {momentText(side.at, timeZone)}
      </span>
      {more.length > 0 ? (
        <span className="block break-words text-muted text-small">{more.join(" · ")}</span>
      ) : null}
    </>
  );
}

function Outcome({ row: { verdict, rule } }: { row: ComparedRow }) {
  return (
    <>
      <Status tone={verdictTones[verdict]}>{verdictWords[verdict]}</Status>
      {rule ? <span className="block text-fg-soft text-small">{ruleWords[rule]}</span> : null}
    </>
  );
}
