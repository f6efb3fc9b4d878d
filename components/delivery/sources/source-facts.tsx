import { DefinitionList } from "#components/ui/definition-list.tsx";
import { Section } from "#components/ui/section.tsx";
import { type Tier, tiers, tierWords } from "#server/delivery/model.ts";
import { settingNames } from "#server/delivery/sources/model.ts";
import type { ServiceSource } from "#server/delivery/sources/read-source.ts";

/** The settings of a service's source for whoever may look at them and not change them. */
export function SourceFacts({ known: { source, settings, pathGlobs } }: { known: ServiceSource }) {
  const names: readonly string[] = settingNames[source];
  const tier: Tier = tiers.find((one) => one === settings.tier) ?? "production";
  const all = [
    { name: "workflow", term: "Workflow", value: settings.workflow || "None is chosen" },
    { name: "branch", term: "Branch", value: settings.branch || "The default branch" },
    { name: "tagPattern", term: "Pattern of tags", value: settings.tagPattern || "Versions such as v1.2.3" },
    { name: "environment", term: "Environment", value: settings.environment || "production" },
    { name: "tier", term: "What that is for", value: tierWords[tier] },
  ];
  return (
    <Section title="Settings">
      <div className="max-w-[560px]">
        <DefinitionList
          facts={[
            ...all.filter(({ name }) => names.includes(name)),
            { term: "Paths", value: pathGlobs.length > 0 ? pathGlobs.join(", ") : "The whole repository" },
          ]}
        />
      </div>
    </Section>
  );
}
