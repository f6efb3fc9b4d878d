import { Status, type StatusTone } from "#components/ui/status.tsx";
import type { CheckItem } from "#server/discovery/check/model.ts";

const conclusions: Record<NonNullable<CheckItem["conclusion"]>, { tone: StatusTone; word: string }> = {
  success: { tone: "success", word: "In order" },
  neutral: { tone: "warning", word: "Worth a look" },
  failure: { tone: "danger", word: "Errors" },
};

export function CheckState({ check }: { check: Pick<CheckItem, "state" | "conclusion"> }) {
  if (check.state === "waiting") return <Status tone="info">Waiting</Status>;
  if (check.state === "failed" || !check.conclusion) return <Status tone="danger">Not looked at</Status>;
  const { tone, word } = conclusions[check.conclusion];
  return <Status tone={tone}>{word}</Status>;
}
