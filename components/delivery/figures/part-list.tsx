import type { Asked } from "#components/delivery/evidence/evidence-link.tsx";
import { EvidenceLink } from "#components/delivery/evidence/evidence-link.tsx";
import { numberText } from "#components/ui/number-text.ts";
import type { Metric } from "#server/delivery/figures/model.ts";
import { partWords } from "./figure-words.ts";

type Props = { asked: Asked; metric: Metric; counts: Readonly<Record<string, number>> };

/** What a figure is made of; each number opens to the rows that it counts. Parts without rows are left out, but not the first. */
export function PartList({ asked, metric, counts }: Props) {
  const named = Object.entries(partWords[metric]);
  const whole = counts[named[0]?.[0] ?? ""];
  const parts = named.filter(([part], index) => {
    const count = counts[part] ?? 0;
    // Said elsewhere: what is disputed with a mark of its own, what was recalculated once for the page.
    if (part === "disputed" || part === "recalculated") return false;
    // All of them brought something new: that is the same list once more.
    return index === 0 || (count > 0 && !(part === "forward" && count === whole));
  });
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-2 text-muted text-small">
      {parts.map(([part, { one, many }]) => {
        const count = counts[part] ?? 0;
        return (
          <li key={part} className="tabular">
            <EvidenceLink asked={asked} metric={metric} part={part} label={sentence(many)}>
              {numberText(count)} {count === 1 ? one : many}
            </EvidenceLink>
          </li>
        );
      })}
    </ul>
  );
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
