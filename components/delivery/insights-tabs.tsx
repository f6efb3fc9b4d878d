import { Tabs } from "#components/ui/tabs.tsx";

const tabs = [
  { href: "/insights", label: "Figures" },
  { href: "/delivery/timeline", label: "Timeline" },
  { href: "/delivery/where", label: "Is my change live?" },
  { href: "/insights/review", label: "Failures to review" },
] as const;

/** The pages about delivery that belong to no service. */
export function InsightsTabs({ current }: { current: (typeof tabs)[number]["href"] }) {
  return (
    <div className="pb-4">
      <Tabs label="Insights" tabs={tabs.map((tab) => ({ ...tab, isCurrent: tab.href === current }))} />
    </div>
  );
}
