import { compareDefinitions } from "#server/apis/compare/compare-definitions.ts";
import { followLocation } from "#server/apis/follow-location.ts";
import type { DefinitionReader } from "#server/apis/reading/definition-reader.ts";
import { readDefinition } from "#server/apis/reading/read-definition.ts";
import type { Ctx } from "#server/core/context.ts";

/** Reads in this process what the product reads in a thread of its own. */
export const readerInProcess: DefinitionReader = {
  read: readDefinition,
  compare: async (before, after) => compareDefinitions(before, after),
  close: async () => {},
};

/** What the job does that follows an import. */
export const followDefinitions = (ctx: Ctx, locationId: string): Promise<number> =>
  followLocation(ctx, locationId, readerInProcess);
