declare module "#server/core/events.ts" {
  interface EventTypes {
    "deployment.reported": {
      entityRef: string;
      source: string;
      status: string;
      environment: string;
      sha: string | null;
    };
    "incident.reported": { entityRefs: readonly string[]; source: string; title: string };
    "incident.resolved": { entityRefs: readonly string[]; source: string; title: string };
    "incident.assigned": { entityRef: string; title: string };
    "delivery-source.changed": {
      entityRef: string;
      from: string;
      to: string;
      settings: Readonly<Record<string, string>>;
      pathGlobs: readonly string[];
      rulesVersion: number;
      reason: string;
    };
    "environment-tiers.changed": {
      rules: readonly { pattern: string; tier: string }[];
      services: number;
      reason: string;
    };
    "incident-receiver.saved": { kind: string; name: string; isOn: boolean; hasNewSecret: boolean };
    "incident-receiver.removed": { kind: string; name: string };
  }
}

export {};
