import { dismissMiss } from "#server/search/dismiss-miss.ts";
import {
  DismissMiss,
  NoteMiss,
  PickResult,
  RecentEntries,
  SaveSynonyms,
  Search,
  SearchGroups,
  SynonymsId,
} from "#server/search/inputs.ts";
import { noteMiss } from "#server/search/note-miss.ts";
import { notePick } from "#server/search/note-pick.ts";
import { readKeptSearches } from "#server/search/reads/misses.ts";
import { readRecentEntries } from "#server/search/reads/recent.ts";
import { search as findAnything, searchByGroup } from "#server/search/reads/search.ts";
import { removeSynonyms, saveSynonyms } from "#server/search/save-synonyms.ts";
import { role, router, signedIn } from "./init.ts";

const platform = role("platform");

export const search = router({
  find: signedIn.input(Search).query(({ ctx, input }) => findAnything(ctx, input)),
  byGroup: signedIn.input(SearchGroups).query(({ ctx, input }) => searchByGroup(ctx, input)),
  recent: signedIn.input(RecentEntries).query(({ ctx, input }) => readRecentEntries(ctx, input)),
  picked: signedIn.input(PickResult).mutation(({ ctx, input }) => notePick(ctx, input)),
  missed: signedIn.input(NoteMiss).mutation(({ ctx, input }) => noteMiss(ctx, input)),
  kept: platform.query(({ ctx }) => readKeptSearches(ctx)),
  saveSynonyms: platform.input(SaveSynonyms).mutation(({ ctx, input }) => saveSynonyms(ctx, input)),
  removeSynonyms: platform.input(SynonymsId).mutation(({ ctx, input }) => removeSynonyms(ctx, input)),
  dismissMiss: platform.input(DismissMiss).mutation(({ ctx, input }) => dismissMiss(ctx, input)),
});
