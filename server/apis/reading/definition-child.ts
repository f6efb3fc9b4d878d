import { compareDefinitions, type Version } from "../compare/compare-definitions.ts";
import type { ApiComparison, ApiModel } from "../model.ts";
import { messageOf } from "./parse-text.ts";
import { readDefinition } from "./read-definition.ts";

/** What the child process is asked: to read a definition, or to compare two that were read. */
export type ChildQuestion =
  | { id: number; ask: "read"; type: string | null; text: string }
  | { id: number; ask: "compare"; before: Version; after: Version };
export type ChildAnswer = { id: number } & ({ answer: ApiModel | ApiComparison } | { failure: string });

process.on("message", (question: ChildQuestion) => void answer(question));
// Whoever asked is gone, and nobody else will ask.
process.on("disconnect", () => process.exit(0));

async function answer(question: ChildQuestion): Promise<void> {
  const { id } = question;
  const tell = (message: ChildAnswer) => process.send?.(message);
  try {
    const answer =
      question.ask === "read"
        ? await readDefinition(question.type, question.text)
        : compareDefinitions(question.before, question.after);
    tell({ id, answer });
  } catch (error) {
    tell({ id, failure: messageOf(error) });
  }
}
