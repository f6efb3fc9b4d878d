import { BreakingChangeType, buildASTSchema, DangerousChangeType, findSchemaChanges } from "graphql";
import type { ApiChange, ApiComparison, ChangeLevel } from "../model.ts";
import { parseGraphql } from "../reading/read-graphql.ts";
import { clean } from "../reading/reading.ts";
import { finish } from "./comparison.ts";

/** What changed between two GraphQL schemas, judged and named by the reference implementation of GraphQL. */
export function compareGraphql(before: string, after: string): ApiComparison {
  const build = (text: string) =>
    buildASTSchema(parseGraphql(text), { assumeValidSDL: true, assumeValid: true });
  const changes = findSchemaChanges(build(before), build(after)).map(
    ({ type, description }): ApiChange => ({
      level: levelOf(type),
      rule: type,
      place: clean(/[\w.]+\.\w+|(?<=^|\s)[A-Z]\w*(?= was| is|$)/.exec(description)?.[0] ?? "Schema"),
      message: clean(description).slice(0, 500),
    }),
  );
  return finish(changes);
}

const breaking = new Set<string>(Object.values(BreakingChangeType));
const dangerous = new Set<string>(Object.values(DangerousChangeType));

const levelOf = (type: string): ChangeLevel =>
  breaking.has(type) ? "breaking" : dangerous.has(type) ? "risky" : "compatible";
