import type { ProposalState } from "./model.ts";

declare module "#server/core/events.ts" {
  interface EventTypes {
    "discovery.requested": { connectionName: string };
    "discovery.cancelled": { connectionName: string };
    "discovery.scope-changed": { connectionName: string };
    "discovery.finished": { connectionName: string; repositories: number; withFile: number };
    "discovery.failed": { connectionName: string; reason: string };
    "repository.gone": { fullName: string; reason: string };
    "repository.renamed": { from: string; to: string };
    "proposal.adopted": { name: string; entityRef: string; repository: string; path: string };
    "proposal.dismissed": { name: string; repository: string; path: string; reason: string };
    "proposal.reopened": { name: string; repository: string; path: string; before: ProposalState };
    "proposal.filed": { name: string; repository: string; path: string; entityRef: string };
    "proposal.pull-request-requested": { name: string; repository: string; path: string };
    "proposal.pull-request-opened": { name: string; repository: string; url: string };
    "location.people-allowed": { target: string; isAllowed: boolean };
  }
}
