import { Status, type StatusTone } from "#components/ui/status.tsx";
import { type DeliveryState, deliveryStateWords } from "#server/github/model.ts";

const tones: Record<DeliveryState, StatusTone> = {
  pending: "info",
  done: "success",
  ignored: "neutral",
  unreadable: "warning",
  failed: "danger",
  conflict: "warning",
};

export function DeliveryStateMark({ state }: { state: DeliveryState }) {
  return <Status tone={tones[state]}>{deliveryStateWords[state]}</Status>;
}
