"use client";

import { useSuspenseQuery } from "@tanstack/react-query";
import { useTRPC } from "#components/trpc/provider.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { countText, numberText } from "#components/ui/number-text.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Pager } from "#components/ui/pager.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import {
  type Comparison,
  ruleWords,
  type Verdict,
  verdicts,
  verdictWords,
} from "#server/delivery/external/model.ts";
import { ComparedRows } from "./compared-rows.tsx";
import { ComparedWeeks } from "./compared-weeks.tsx";
import { comparisonHref, differenceText } from "./external-words.ts";
import { ProblemList } from "./problem-list.tsx";

type Asked = { id: string; show?: Verdict | undefined; offset: number };

/** Another tool and this portal side by side: counts, the rules that explain the difference, and the rows. */
export function ComparisonPage({ asked }: { asked: Asked }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.deliveryExternal.comparison.queryOptions(asked));
  const { file, counts, total, nextOffset } = data;
  const isWeeks = file.kind === "weeks";
  return (
    <>
      <PageHeader
        title={`${file.tool} and this portal`}
        path={[
          { label: "Insights", href: "/insights" },
          { label: "Compare with another tool", href: "/insights/external" },
        ]}
        summary={
          <>
            {file.fileName}, {countText(file.rows, "row")}, imported by {file.importedByName},{" "}
            <RelativeTime at={file.importedAt} />. Times are those of {data.timeZone}. It enters no figure.
          </>
        }
        action={
          <ButtonLink href={`/api/v1/delivery/external/${file.id}/rows.csv`} isDownload>
            Download CSV
          </ButtonLink>
        }
      />
      <div className="flex flex-col gap-8">
        <SideBySide comparison={data} />
        {isWeeks ? null : <Rules comparison={data} />}
        {file.unreadable > 0 ? (
          <Section title="Rows that could not be read" count={numberText(file.unreadable)}>
            <ProblemList problems={file.problems} total={file.unreadable} />
          </Section>
        ) : null}
        <Section title={isWeeks ? "Weeks" : "Rows"} count={numberText(total)}>
          <Filter id={file.id} show={asked.show} counts={counts} />
          {total === 0 ? (
            <EmptyState kind="filtered" isCompact title="No such row" />
          ) : isWeeks ? (
            <ComparedWeeks weeks={data.weeks} />
          ) : (
            <ComparedRows rows={data.rows} timeZone={data.timeZone} />
          )}
          {asked.offset > 0 || nextOffset !== null ? (
            <Pager
              previousHref={
                asked.offset > 0
                  ? comparisonHref(asked.id, { ...asked, offset: Math.max(0, asked.offset - 50) })
                  : null
              }
              nextHref={
                nextOffset === null ? null : comparisonHref(asked.id, { ...asked, offset: nextOffset })
              }
            >
              {numberText(asked.offset + 1)}–{numberText(nextOffset ?? total)} of {numberText(total)}
            </Pager>
          ) : null}
        </Section>
      </div>
    </>
  );
}

function SideBySide({ comparison: { services, theirs, ours, file } }: { comparison: Comparison }) {
  return (
    <Section title="Deployments that each counts">
      <Table label="Deployments that each counts, by service" className="max-w-[720px]">
        <thead>
          <tr>
            <Th>Service</Th>
            <Th isNumber>{file.tool}</Th>
            <Th isNumber>Here</Th>
            <Th isNumber>Difference</Th>
          </tr>
        </thead>
        <tbody>
          {services.map((one) => (
            <tr key={one.serviceRef ?? one.service}>
              <Td className="max-w-60 truncate">{one.service}</Td>
              <Td isNumber>{numberText(one.theirs)}</Td>
              <Td isNumber>{numberText(one.ours)}</Td>
              <Td isNumber>{differenceText(one.theirs, one.ours)}</Td>
            </tr>
          ))}
          <tr className="font-medium">
            <Td>All</Td>
            <Td isNumber>{numberText(theirs)}</Td>
            <Td isNumber>{numberText(ours)}</Td>
            <Td isNumber>{differenceText(theirs, ours)}</Td>
          </tr>
        </tbody>
      </Table>
    </Section>
  );
}

/** The rules add up to the difference. */
function Rules({ comparison: { rules } }: { comparison: Comparison }) {
  if (rules.length === 0) return null;
  return (
    <Section title="What explains the difference">
      <Table label="Rules that explain rows" className="max-w-[960px]">
        <thead>
          <tr>
            <Th>Rule</Th>
            <Th isNumber>Rows</Th>
            <Th isNumber>Of the difference</Th>
          </tr>
        </thead>
        <tbody>
          {rules.map(({ rule, rows, theirs, ours }) => (
            <tr key={rule}>
              <Td className="py-1.5">{ruleWords[rule]}</Td>
              <Td isNumber>{numberText(rows)}</Td>
              <Td isNumber>{differenceText(theirs, ours)}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}

function Filter({
  id,
  show,
  counts,
}: {
  id: string;
  show: Verdict | undefined;
  counts: Comparison["counts"];
}) {
  const all = verdicts.reduce((sum, verdict) => sum + counts[verdict], 0);
  const choices = [
    { verdict: undefined, words: "All", count: all },
    ...verdicts.map((verdict) => ({ verdict, words: verdictWords[verdict], count: counts[verdict] })),
  ];
  return (
    <nav aria-label="Which rows" className="flex flex-wrap gap-2 pb-3">
      {choices.map(({ verdict, words, count }) => (
        <ButtonLink
          key={words}
          href={comparisonHref(id, { show: verdict })}
          size="small"
          tone={verdict === show ? "secondary" : "quiet"}
        >
          {words} {numberText(count)}
        </ButtonLink>
      ))}
    </nav>
  );
}
