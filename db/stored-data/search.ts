import { contents, personal, type TablesData } from "./line.ts";

export const search: TablesData = {
  stored: [
    contents(
      "search_misses",
      ["query"],
      "Words that found nothing. Not who searched",
      "To improve the search",
      "90 days after the last time",
    ),
    personal(
      "search_synonyms",
      ["changed_by_name"],
      "Who changed words that mean the same",
      "To answer for it",
      "Until it is removed",
    ),
  ],
  nothingPersonal: ["search_picks"],
};
