import { Status } from "#components/ui/status.tsx";
import type { DeploymentRow } from "#server/delivery/model.ts";

type Props = { deployment: Pick<DeploymentRow, "outcome" | "brokeAt" | "kind"> };

/** How a deployment ended, in words; a failure that came after the success says so. */
export function OutcomeMark({ deployment: { outcome, brokeAt, kind } }: Props) {
  if (outcome === "failure") return <Status tone="danger">Failed</Status>;
  if (outcome === "pending") return <Status tone="info">Under way</Status>;
  if (brokeAt) return <Status tone="danger">Failed after it was deployed</Status>;
  if (kind === "rollback") return <Status tone="warning">Rolled back to this</Status>;
  return <Status tone="success">Deployed</Status>;
}
