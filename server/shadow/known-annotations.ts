import type { Becomes } from "./model.ts";

export type KnownAnnotation = { starts: string; plugin: string; becomes: Becomes; words: string };

const link = (starts: string, plugin: string): KnownAnnotation => ({
  starts,
  plugin,
  becomes: "link",
  words: "A link on the entry's page, by a rule for links and cards",
});
const kept = (starts: string, plugin: string): KnownAnnotation => ({
  starts,
  plugin,
  becomes: "kept",
  words: "The annotation is kept and shown among the others; nothing is made of it",
});
const works = (starts: string, plugin: string, words: string): KnownAnnotation => ({
  starts,
  plugin,
  becomes: "works",
  words,
});

/**
 * Which plug-in of Backstage an annotation belongs to, by how its key starts (the longest fit counts), and what it
 * becomes here. A line moves up when the portal learns to do more with it.
 */
const known: readonly KnownAnnotation[] = [
  works(
    "backstage.io/techdocs-ref",
    "TechDocs",
    "The pages are rendered here from Markdown, without a build",
  ),
  works("github.com/project-slug", "GitHub", "Deployments, changes and CI runs of the repository"),
  works("backstage.io/source-location", "Catalog", "Where the entry's code lies"),
  works("backstage.io/view-url", "Catalog", "The link to the entry's file"),
  works("backstage.io/edit-url", "Catalog", "The link to edit the entry's file"),
  works("backstage.io/managed-by", "Catalog", "The source of the entry"),
  works("backstage.io/orphan", "Catalog", "Entries whose file is gone are marked"),
  link("grafana/", "Grafana"),
  link("datadoghq.com/", "Datadog"),
  link("sentry.io/", "Sentry"),
  link("pagerduty.com/", "PagerDuty"),
  link("sonarqube.org/", "SonarQube"),
  link("jira/", "Jira"),
  link("argocd/", "Argo CD"),
  link("backstage.io/kubernetes", "Kubernetes"),
  kept("backstage.io/techdocs-entity", "TechDocs"),
  kept("backstage.io/adr-location", "Architecture decisions"),
  kept("backstage.io/linguist", "Linguist"),
  kept("backstage.io/code-coverage", "Code coverage"),
  kept("backstage.io/ldap", "LDAP people"),
  kept("graph.microsoft.com/", "Entra people"),
  kept("okta.com/", "Okta people"),
  kept("github.com/team-slug", "GitHub teams"),
  kept("github.com/user-login", "GitHub people"),
  kept("github.com/", "GitHub"),
  kept("gitlab.com/", "GitLab"),
  kept("dev.azure.com/", "Azure DevOps"),
  kept("bitbucket.org/", "Bitbucket"),
  kept("jenkins.io/", "Jenkins"),
  kept("circleci.com/", "CircleCI"),
  kept("buildkite.com/", "Buildkite"),
  kept("travis-ci.com/", "Travis CI"),
  kept("gocd.org/", "GoCD"),
  kept("harness.io/", "Harness"),
  kept("opsgenie.com/", "Opsgenie"),
  kept("firehydrant.com/", "FireHydrant"),
  kept("ilert.com/", "iLert"),
  kept("splunk.com/", "Splunk On-Call"),
  kept("rollbar.com/", "Rollbar"),
  kept("bugsnag.com/", "Bugsnag"),
  kept("airbrake.io/", "Airbrake"),
  kept("newrelic.com/", "New Relic"),
  kept("dynatrace.com/", "Dynatrace"),
  kept("prometheus.io/", "Prometheus"),
  kept("snyk.io/", "Snyk"),
  kept("vault.io/", "Vault"),
  kept("lighthouse.com/", "Lighthouse"),
  kept("apollo.io/", "Apollo"),
  kept("jfrog.io/", "JFrog"),
  kept("goharbor.io/", "Harbor"),
  kept("quay.io/", "Quay"),
  kept("octopus.com/", "Octopus Deploy"),
  kept("tech-insights", "Tech Insights"),
  kept("fossa.io/", "FOSSA"),
  kept("xcmetrics", "XCMetrics"),
];

/** Of an annotation that nobody knows, the part before the slash stands for its plug-in. */
export function judgeAnnotation(key: string): KnownAnnotation {
  const fits = known.filter(({ starts }) => key.startsWith(starts));
  fits.sort((left, right) => right.starts.length - left.starts.length);
  const [best] = fits;
  if (best) return best;
  const slash = key.indexOf("/");
  return kept(key, slash > 0 ? key.slice(0, slash) : key);
}
