import { cancelImport } from "#server/catalog/cancel-import.ts";
import {
  EntityFilter,
  EntityRefInput,
  ListEntities,
  ListLocations,
  ListProblems,
  ListRelated,
  ListUnowned,
  LocationId,
  RegisterLocation,
} from "#server/catalog/inputs.ts";
import { ReadingRuleId, SaveReadingRule } from "#server/catalog/reading/inputs.ts";
import { readReadingRules } from "#server/catalog/reading/read-reading-rules.ts";
import { removeReadingRule, saveReadingRule } from "#server/catalog/reading/save-reading-rule.ts";
import { readDefinition, readRaw } from "#server/catalog/reads/documents.ts";
import { countEntities, readEntities } from "#server/catalog/reads/entities.ts";
import { getEntity } from "#server/catalog/reads/entity.ts";
import { readEntityFacets } from "#server/catalog/reads/facets.ts";
import { getLocation, readLocations } from "#server/catalog/reads/locations.ts";
import { readProblems } from "#server/catalog/reads/problems.ts";
import { readRelated } from "#server/catalog/reads/relations.ts";
import { readMyServices, readUnowned } from "#server/catalog/reads/services.ts";
import { registerLocation } from "#server/catalog/register-location.ts";
import { reimportLocation } from "#server/catalog/reimport-location.ts";
import { removeLocation } from "#server/catalog/remove-location.ts";
import { role, router, signedIn } from "./init.ts";

const platform = role("platform");

export const catalog = router({
  list: signedIn.input(ListEntities).query(({ ctx, input }) => readEntities(ctx, input)),
  count: signedIn.input(EntityFilter).query(({ ctx, input }) => countEntities(ctx, input)),
  facets: signedIn.input(EntityFilter).query(({ ctx, input }) => readEntityFacets(ctx, input)),
  byRef: signedIn.input(EntityRefInput).query(({ ctx, input }) => getEntity(ctx, input)),
  related: signedIn.input(ListRelated).query(({ ctx, input }) => readRelated(ctx, input)),
  raw: signedIn.input(EntityRefInput).query(({ ctx, input }) => readRaw(ctx, input)),
  definition: signedIn.input(EntityRefInput).query(({ ctx, input }) => readDefinition(ctx, input)),
  myServices: signedIn.query(({ ctx }) => readMyServices(ctx)),
  unowned: signedIn.input(ListUnowned).query(({ ctx, input }) => readUnowned(ctx, input)),
  problems: signedIn.input(ListProblems).query(({ ctx, input }) => readProblems(ctx, input)),
  locations: signedIn.input(ListLocations).query(({ ctx, input }) => readLocations(ctx, input)),
  location: signedIn.input(LocationId).query(({ ctx, input }) => getLocation(ctx, input)),
  register: platform.input(RegisterLocation).mutation(({ ctx, input }) => registerLocation(ctx, input)),
  reimport: platform.input(LocationId).mutation(({ ctx, input }) => reimportLocation(ctx, input)),
  cancelImport: platform.input(LocationId).mutation(({ ctx, input }) => cancelImport(ctx, input)),
  readingRules: platform.query(({ ctx }) => readReadingRules(ctx)),
  saveReadingRule: role("admin")
    .input(SaveReadingRule)
    .mutation(({ ctx, input }) => saveReadingRule(ctx, input)),
  removeReadingRule: role("admin")
    .input(ReadingRuleId)
    .mutation(({ ctx, input }) => removeReadingRule(ctx, input)),
  removeLocation: platform.input(LocationId).mutation(({ ctx, input }) => removeLocation(ctx, input)),
});
