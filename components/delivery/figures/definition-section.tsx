import { Section } from "#components/ui/section.tsx";
import type { Figures } from "#server/delivery/figures/figure.ts";
import { metrics } from "#server/delivery/figures/model.ts";

/** How each figure is computed, at the place to which its tile leads. */
export function DefinitionSection({ figures }: { figures: Figures }) {
  return (
    <Section title="How these figures are computed">
      <dl className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-4 pt-1 md:grid-cols-2">
        {metrics.map((metric) => {
          const { title, definition, minimum } = figures[metric];
          return (
            <div key={metric} id={`how-${metric}`} className="scroll-mt-16 target:bg-hover">
              <dt className="font-medium text-table">
                {title} <span className="font-normal text-muted">definition {definition.version}</span>
              </dt>
              <dd className="max-w-[72ch] text-fg-soft text-table">
                {definition.words} Summarised from {minimum} on.
              </dd>
            </div>
          );
        })}
      </dl>
    </Section>
  );
}
