import { maturationDays } from "#server/delivery/figures/definitions.ts";

type Rules = {
  source: string;
  settings: Readonly<Record<string, string>>;
  pathGlobs: readonly string[];
  rulesVersion: number;
  definition: number;
  tier: string;
};

const sourceWords: Readonly<Record<string, (settings: Readonly<Record<string, string>>) => string>> = {
  deployment: () => "Counted from the deployments that GitHub reports.",
  workflow: ({ workflow }) =>
    `Counted from runs of the workflow${workflow ? ` ${workflow}` : " that is set for this service"}.`,
  release: ({ pattern }) => `Counted from releases${pattern ? ` named ${pattern}` : ""}.`,
  tag: ({ pattern }) => `Counted from tags${pattern ? ` named ${pattern}` : ""}.`,
  merge: ({ branch }) => `Counted from pull requests merged${branch ? ` into ${branch}` : ""}.`,
  reported: () => "Counted from what is reported to this portal for the service.",
};

/** The rules by which a deployment counts, one sentence each. */
export function ruleWords(rules: Rules): string[] {
  return [
    (sourceWords[rules.source] ?? (() => `Counted from: ${rules.source}.`))(rules.settings),
    rules.tier === "production"
      ? "Its environment counts as production."
      : `Its environment counts as ${rules.tier}, so no figure counts it.`,
    rules.pathGlobs.length > 0
      ? `Only changes that touch ${rules.pathGlobs.join(", ")} are this service's own.`
      : "All changes of its repository count.",
    "Changes are found by ancestry: what this version contains and the one before it does not.",
    `Whether it failed is judged once it is ${maturationDays} days old.`,
    `Rules of the service: version ${rules.rulesVersion}. Placed and attributed by definition ${rules.definition}.`,
  ];
}
