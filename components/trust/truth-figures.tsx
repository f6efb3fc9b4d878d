import { DefinitionList } from "#components/ui/definition-list.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { numberText } from "#components/ui/number-text.ts";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { Table, Td, Th } from "#components/ui/table.tsx";
import { TextLink } from "#components/ui/text-link.tsx";
import type { Truth } from "#server/trust/reads/truth.ts";
import { factSortWords, type Interval, percentWords, truthRules } from "#server/trust/truth/model.ts";

/** The headline in words: "93 % right (84–97), weakest: dependencies", or why there is none. */
export function truthSentence(truth: Truth): string {
  if (!truth.share)
    return `No figure yet: ${truth.answers} of at least ${truthRules.least} answers are there. A smaller number would say nothing.`;
  return `${percentWords(truth.share)}${truth.weakest ? `, weakest: ${factSortWords[truth.weakest]}` : ""}`;
}

export function TruthFigures({ truth }: { truth: Truth }) {
  if (truth.months.length === 0) {
    return (
      <EmptyState kind="nothing" title="Nothing was drawn yet">
        Once a month a few facts are drawn by chance and shown to people who can judge them, as soon as owners
        of the catalog can sign in here.
      </EmptyState>
    );
  }
  return (
    <div className="flex flex-col gap-8">
      <Headline truth={truth} />
      <Sorts truth={truth} />
      <Months truth={truth} />
      <HowComputed truth={truth} />
    </div>
  );
}

function Headline({ truth }: { truth: Truth }) {
  const { share, answers, unknown, since, openItems } = truth;
  return (
    <section aria-label="How true the catalog is">
      <p className={share ? "font-semibold text-figure" : "max-w-[720px] font-medium text-section"}>
        {truthSentence(truth)}
      </p>
      <p className="max-w-[720px] pt-1 text-fg-soft text-table">
        {share
          ? `${numberText(answers)} answers since ${since ?? "this month"}. In brackets: where the true share lies with 95 % certainty. `
          : null}
        {unknown > 0 ? `${numberText(unknown)} times “don’t know”, which counts neither way. ` : null}
        {openItems > 0 ? `${numberText(openItems)} wrong facts are still to be put right.` : null}
      </p>
    </section>
  );
}

function Sorts({ truth }: { truth: Truth }) {
  return (
    <Section title="By sort of fact">
      <Table label="By sort of fact">
        <thead>
          <tr>
            <Th>Sort</Th>
            <Th isNumber className="max-sm:hidden">
              In the catalog
            </Th>
            <Th isNumber>Right</Th>
            <Th isNumber>Wrong</Th>
            <Th isNumber>Share</Th>
            <Th className="w-48 max-md:hidden">
              <span className="sr-only">Interval</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {truth.sorts.map((sort) => (
            <tr key={sort.sort}>
              <Td className="first-letter:uppercase">{factSortWords[sort.sort]}</Td>
              <Td isNumber className="max-sm:hidden">
                {numberText(sort.population)}
              </Td>
              <Td isNumber>{sort.right}</Td>
              <Td isNumber>{sort.wrong}</Td>
              <Td isNumber>
                {sort.share ? percentWords(sort.share).replace(" right", "") : "too few answers"}
              </Td>
              <Td className="max-md:hidden">{sort.share ? <IntervalBar interval={sort.share} /> : null}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}

function Months({ truth }: { truth: Truth }) {
  return (
    <Section title="By month">
      <Table label="By month">
        <thead>
          <tr>
            <Th>Month</Th>
            <Th isNumber>Asked</Th>
            <Th isNumber>Answered</Th>
            <Th isNumber>Share</Th>
            <Th className="w-48 max-md:hidden">
              <span className="sr-only">Interval</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {truth.months.map((month) => (
            <tr key={month.month}>
              <Td>{month.month}</Td>
              <Td isNumber>{month.asked}</Td>
              <Td isNumber>{month.answered}</Td>
              <Td isNumber>
                {month.share ? percentWords(month.share).replace(" right", "") : "too few answers"}
              </Td>
              <Td className="max-md:hidden">{month.share ? <IntervalBar interval={month.share} /> : null}</Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}

/** The interval from 0 to 100 %, with the share as a tick; the words stand beside it. */
function IntervalBar({ interval }: { interval: Interval }) {
  const x = (share: number) => Math.round(share * 1000) / 10;
  return (
    <svg aria-hidden viewBox="0 0 100 8" preserveAspectRatio="none" className="h-2 w-full">
      <rect x="0" y="3.5" width="100" height="1" className="fill-line" />
      <rect
        x={x(interval.low)}
        y="1"
        width={Math.max(0.5, x(interval.high) - x(interval.low))}
        height="6"
        className="fill-accent-tint"
      />
      <rect x={Math.min(99, x(interval.share))} y="0" width="1" height="8" className="fill-accent" />
    </svg>
  );
}

function HowComputed({ truth }: { truth: Truth }) {
  const [newest] = truth.months;
  return (
    <Section title="How is this computed">
      <div className="max-w-[720px] text-fg-soft text-table">
        <p>
          Each month {truthRules.perMonth} facts are drawn, equal parts of each sort, and put to people of the
          team that owns them: nobody gets more than {truthRules.perPerson}. A sort counts by how many facts
          it has in the catalog (post-stratification, Cochran 1977), the interval is Wilson’s (1927) with the
          effective size of the weighted answers (Kish 1965). The figure takes the last {truthRules.months}{" "}
          months together and is published from {truthRules.least} answers on.
        </p>
        <p className="pt-2">
          It says nothing about entries whose owners cannot sign in here, and less about teams of few people
          who own much. Who answered what is shown nowhere; who was asked is forgotten after the month that
          follows. <TextLink href="/catalog/upkeep">Your questions</TextLink>
        </p>
      </div>
      {newest ? (
        <div className="max-w-[720px] pt-3">
          <DefinitionList
            facts={[
              { term: "Newest draw", value: <RelativeTime at={newest.drawnAt} /> },
              {
                term: "Its seed",
                value: <span className="break-all font-mono text-small">{newest.seed}</span>,
              },
            ]}
          />
        </div>
      ) : null}
    </Section>
  );
}
