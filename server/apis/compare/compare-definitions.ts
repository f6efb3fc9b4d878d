import type { ApiComparison, ApiModel } from "../model.ts";
import { compareGraphql } from "./compare-graphql.ts";
import { compareGrpc } from "./compare-grpc.ts";
import { compareOperations } from "./compare-operations.ts";
import { finish } from "./comparison.ts";

export type Version = { model: ApiModel; text: string };

/** What changed from one version to a later one. Definitions that could not be read tell only that they differ. */
export function compareDefinitions(before: Version, after: Version): ApiComparison {
  const [old, now] = [before.model.overview, after.model.overview];
  if (old.failure || now.failure || old.format !== now.format || now.format === "text")
    return finish([
      {
        level: "risky",
        rule: old.format === now.format ? "definition-changed" : "format-changed",
        place: "Definition",
        message:
          old.format === now.format
            ? "The text changed; what that means cannot be told for this format"
            : `The format became ${now.formatName}`,
      },
    ]);
  if (now.format === "graphql") return compareGraphql(before.text, after.text);
  if (now.format === "grpc") return compareGrpc(before.model, after.model);
  return compareOperations(before.model, after.model);
}
