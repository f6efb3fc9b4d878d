import { ListSites, PageInput, SearchDocs, SiteInput, VoteOnPage } from "#server/docs/inputs.ts";
import { readAnswers } from "#server/docs/reads/answers.ts";
import { getPage } from "#server/docs/reads/page.ts";
import { searchDocs } from "#server/docs/reads/search.ts";
import { readSite, readSiteProblems } from "#server/docs/reads/site.ts";
import { readSites } from "#server/docs/reads/sites.ts";
import { voteOnPage } from "#server/docs/vote-on-page.ts";
import { router, signedIn } from "./init.ts";

export const docs = router({
  list: signedIn.input(ListSites).query(({ ctx, input }) => readSites(ctx, input)),
  site: signedIn.input(SiteInput).query(({ ctx, input }) => readSite(ctx, input)),
  page: signedIn.input(PageInput).query(({ ctx, input }) => getPage(ctx, input)),
  problems: signedIn.input(SiteInput).query(({ ctx, input }) => readSiteProblems(ctx, input)),
  search: signedIn.input(SearchDocs).query(({ ctx, input }) => searchDocs(ctx, input)),
  answers: signedIn.input(SiteInput).query(({ ctx, input }) => readAnswers(ctx, input)),
  vote: signedIn.input(VoteOnPage).mutation(({ ctx, input }) => voteOnPage(ctx, input)),
});
