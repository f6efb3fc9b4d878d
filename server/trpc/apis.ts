import { ApiPart, ApiRef, CompareVersions } from "#server/apis/inputs.ts";
import { readComparison } from "#server/apis/reads/comparison.ts";
import { readConsumers } from "#server/apis/reads/consumers.ts";
import { readApi, readText } from "#server/apis/reads/definition.ts";
import { readNamedSchema, readOperation } from "#server/apis/reads/parts.ts";
import { router, signedIn } from "./init.ts";

export const apis = router({
  definition: signedIn.input(ApiRef).query(({ ctx, input }) => readApi(ctx, input)),
  operation: signedIn.input(ApiPart).query(({ ctx, input }) => readOperation(ctx, input)),
  schema: signedIn.input(ApiPart).query(({ ctx, input }) => readNamedSchema(ctx, input)),
  text: signedIn.input(ApiRef).query(({ ctx, input }) => readText(ctx, input)),
  comparison: signedIn.input(CompareVersions).query(({ ctx, input }) => readComparison(ctx, input)),
  consumers: signedIn.input(ApiRef).query(({ ctx, input }) => readConsumers(ctx, input)),
});
