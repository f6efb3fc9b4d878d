import { LoaderCircle } from "lucide-react";
import { Status, type StatusTone } from "#components/ui/status.tsx";
import type { ImportState as State } from "#server/catalog/model.ts";

const words: Record<State, { tone: StatusTone; word: string }> = {
  waiting: { tone: "neutral", word: "Waiting" },
  running: { tone: "info", word: "Importing" },
  imported: { tone: "success", word: "Imported" },
  failed: { tone: "danger", word: "Failed" },
  cancelled: { tone: "neutral", word: "Stopped" },
};

export function ImportStateMark({ state }: { state: State }) {
  const { tone, word } = words[state];
  return (
    <Status tone={tone} {...(state === "running" ? { icon: LoaderCircle } : {})}>
      {word}
    </Status>
  );
}

export const importStateWord = (state: State): string => words[state].word;
