/** Bodies as the senders of deployments and incidents document them, of one service named "sent". */

const sha = "9fceb02d0ae598e95dc970b74767f19372d61af8";

export const reportBody = {
  entityRef: "component:default/sent",
  key: "build-42",
  status: "succeeded",
  environment: "production",
  tier: "production",
  sha,
  repository: "https://gitlab.example.com/acme/shop/sent.git",
  version: "1.4.0",
  url: "https://ci.example.com/jobs/42",
  at: "2026-03-01T10:00:00+01:00",
};

export const incidentBody = {
  entityRefs: ["component:default/sent"],
  key: "INC-7",
  status: "opened",
  title: "Payments time out",
  severity: "critical",
  sha,
  deployment: "build-42",
  url: "https://status.example.com/7",
  at: "2026-03-01T11:00:00Z",
};

const context = (type: string, id: string) => ({
  specversion: "0.5.1",
  id,
  source: "/ci/argo",
  type: `dev.cdevents.${type}`,
  timestamp: "2026-03-01T14:27:05.315Z",
});
const deployed = {
  context: context("service.deployed.0.3.0", "271069a8"),
  subject: {
    id: "sent",
    source: "/cluster",
    content: {
      environment: { id: "production", source: "/cluster" },
      artifactId: `pkg:oci/sent@1.4.0?vcs_url=git%2Bhttps://github.com/acme/sent@${sha}`,
    },
  },
};
const incident = {
  context: context("incident.detected.0.3.0", "f4bd2b55"),
  subject: {
    id: "incident-123",
    source: "/monitoring",
    content: {
      description: "Response time above 10ms",
      environment: { id: "prod-1" },
      service: { id: "sent" },
      ticketURI: "https://tickets.example.com/123",
    },
  },
  customData: { sha, repository: "acme/sent", severity: "high", entityRef: "component:default/sent" },
  customDataContentType: "application/json",
};
export const cdEventBodies = [
  deployed,
  incident,
  { ...deployed.context, specversion: "1.0", time: deployed.context.timestamp, data: deployed },
];

export const pagerDutyBody = {
  event: {
    id: "01DQ",
    event_type: "incident.resolved",
    resource_type: "incident",
    occurred_at: "2026-03-01T10:30:00.000Z",
    data: {
      id: "PGR0VU2",
      type: "incident",
      html_url: "https://acme.pagerduty.com/incidents/PGR0VU2",
      number: 2,
      status: "resolved",
      created_at: "2026-03-01T10:00:00Z",
      title: "A little bump in the road",
      service: { id: "PF9KMXH", summary: "Sent" },
      priority: { summary: "P1" },
      urgency: "high",
    },
  },
};

export const opsgenieBody = {
  action: "Close",
  alert: {
    alertId: "052652ac-5d1c-464a-812a-7dd18bbfba8c",
    message: "Disk is full",
    tags: ["os", "service:sent"],
    tinyId: "23",
    entity: "sent",
    createdAt: 1_772_359_200_000,
    updatedAt: 1_772_366_400_000_000_000,
    username: "user@example.com",
    priority: "P2",
    details: { service: "sent" },
  },
  source: { name: "", type: "API" },
  integrationName: "Webhook",
};

const alert = {
  labels: { alertname: "HighErrorRate", severity: "critical", service: "sent" },
  annotations: { summary: "Errors above 5 %", runbook_url: "https://runbooks.example.com/errors" },
  startsAt: "2026-03-01T10:00:00.123Z",
  generatorURL: "https://prometheus.example.com/graph",
};
export const alertmanagerBody = {
  version: "4",
  status: "firing",
  groupKey: "g",
  alerts: [
    { ...alert, status: "resolved", endsAt: "2026-03-01T11:00:00Z", fingerprint: "f-one" },
    { ...alert, status: "firing", endsAt: "0001-01-01T00:00:00Z", fingerprint: "f-two" },
  ],
};
