import type { Card } from "./model.ts";

export type CardPreset = Card & {
  preset: string;
  /** Complete as it is; the others need the address of the company's own server first. */
  isReady: boolean;
};

const onComponents = ["component", "api", "system", "resource"];

const preset = (id: string, name: string, annotation: string, urlPattern: string): CardPreset => ({
  preset: id,
  name,
  kind: "link",
  annotation,
  entityKinds: onComponents,
  urlPattern,
  isReady: !urlPattern.includes("your-"),
});

/**
 * Tools whose annotations are in common use in catalogue files, and where they lead. "your-" marks what everybody has to
 * fill in. Keys: Backstage's well-known annotations and the documentation of each tool's plug-in.
 */
export const cardPresets: readonly CardPreset[] = [
  preset("runbook", "Runbook", "milepost.dev/runbook", "{+value}"),
  preset("on-call", "On-call", "milepost.dev/on-call", "{+value}"),
  preset(
    "github-actions",
    "GitHub Actions",
    "github.com/project-slug",
    "https://github.com/{+value}/actions",
  ),
  preset("gitlab", "GitLab", "gitlab.com/project-slug", "https://gitlab.com/{+value}"),
  preset("circleci", "CircleCI", "circleci.com/project-slug", "https://app.circleci.com/pipelines/{+value}"),
  preset("buildkite", "Buildkite", "buildkite.com/project-slug", "https://buildkite.com/{+value}"),
  preset("datadog", "Datadog", "datadoghq.com/dashboard-url", "{+value}"),
  preset("grafana-overview", "Grafana", "grafana/overview-dashboard", "{+value}"),
  preset("rollbar", "Rollbar", "rollbar.com/project-slug", "https://rollbar.com/{+value}/"),
  preset(
    "new-relic",
    "New Relic",
    "newrelic.com/dashboard-guid",
    "https://one.newrelic.com/redirect/entity/{value}",
  ),
  preset(
    "grafana-tag",
    "Grafana dashboards",
    "grafana/dashboard-selector",
    "https://your-grafana/dashboards?tag={value}",
  ),
  preset("argo-cd", "Argo CD", "argocd/app-name", "https://your-argocd/applications/{value}"),
  preset("sentry", "Sentry", "sentry.io/project-slug", "https://your-company.sentry.io/projects/{value}/"),
  preset(
    "pagerduty",
    "PagerDuty",
    "pagerduty.com/service-id",
    "https://your-company.pagerduty.com/service-directory/{value}",
  ),
  preset(
    "opsgenie",
    "Opsgenie",
    "opsgenie.com/team",
    "https://your-company.app.opsgenie.com/teams/list?query={value}",
  ),
  preset(
    "sonarqube",
    "SonarQube",
    "sonarqube.org/project-key",
    "https://your-sonarqube/dashboard?id={value}",
  ),
  preset("jira", "Jira", "jira/project-key", "https://your-company.atlassian.net/browse/{value}"),
  preset(
    "kubernetes-dashboard",
    "Kubernetes dashboard",
    "backstage.io/kubernetes-id",
    "https://your-kubernetes-dashboard/#/search?q={value}",
  ),
  preset("vault", "Vault", "vault.io/secrets-path", "https://your-vault/ui/vault/secrets/{+value}"),
  preset(
    "dynatrace",
    "Dynatrace",
    "dynatrace.com/dynatrace-entity-id",
    "https://your-environment.live.dynatrace.com/ui/entity/{value}",
  ),
  preset(
    "launchdarkly",
    "LaunchDarkly",
    "launchdarkly.com/project-key",
    "https://app.launchdarkly.com/{value}/production/features",
  ),
];
