import type { inferRouterOutputs } from "@trpc/server";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Status } from "#components/ui/status.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import type { AppRouter } from "#server/trpc/router.ts";

type Health = inferRouterOutputs<AppRouter>["github"]["health"];

/** Times in which something was missed, and how far repositories were compared with their hosts. */
export function GapTable({ gaps, comparison }: Pick<Health, "gaps" | "comparison">) {
  return (
    <Section title="Gaps" count={gaps.length}>
      <p className="pb-2 text-fg-soft text-table">
        {comparison.lastAt ? (
          <>
            {numberText(comparison.repositories)} repositories were compared with their hosts, last{" "}
            <RelativeTime at={comparison.lastAt} />.
          </>
        ) : (
          "No repository was compared with its host yet; it is done every night."
        )}{" "}
        {gaps.length === 0 ? "No gap is known." : null}
      </p>
      {gaps.length > 0 ? (
        <Table label="Gaps" className="table-fixed">
          <thead>
            <tr>
              <Th>Repository</Th>
              <Th className="w-52 max-sm:w-28">Between</Th>
              <Th className="w-2/5 max-sm:hidden">State</Th>
            </tr>
          </thead>
          <tbody>
            {gaps.map((gap) => (
              <Tr key={`${gap.subject} ${gap.what} ${gap.from.toISOString()}`}>
                <Td className="break-words py-2 align-top">
                  {gap.subject}
                  <p className="text-muted text-small">{gap.what}</p>
                  <div className="sm:hidden">
                    <GapState gap={gap} />
                  </div>
                </Td>
                <Td className="py-2 align-top">
                  <RelativeTime at={gap.from} /> and {gap.until ? <RelativeTime at={gap.until} /> : "now"}
                </Td>
                <Td className="py-2 align-top max-sm:hidden">
                  <GapState gap={gap} />
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      ) : null}
      {comparison.failures.length > 0 ? (
        <ul className="pt-3 text-table" aria-label="What could not be compared">
          {comparison.failures.map(({ repository, failure }) => (
            <li key={repository} className="py-1">
              <Status tone="warning">{repository}</Status>
              <p className="pl-5 text-muted text-small">{failure}</p>
            </li>
          ))}
        </ul>
      ) : null}
    </Section>
  );
}

function GapState({ gap }: { gap: Health["gaps"][number] }) {
  return (
    <>
      {gap.state === "open" ? (
        <Status tone="warning">To be read from the host</Status>
      ) : (
        <Status tone="danger">Could not be read any more</Status>
      )}
      {gap.reason ? <p className="text-muted text-small">{gap.reason}</p> : null}
    </>
  );
}
