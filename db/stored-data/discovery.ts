import { contents, personal, type TablesData, withSource } from "./line.ts";

export const discovery: TablesData = {
  stored: [
    personal(
      "proposals",
      ["decided_by_name", "evidence", "reason"],
      "Who took a found service into the catalogue",
      "To answer for it",
      withSource,
    ),
    contents(
      "discovered_repositories",
      ["evidence", "files"],
      "What a repository's files tell",
      "To propose entries",
      withSource,
    ),
  ],
  nothingPersonal: ["discovery_runs", "discovery_scopes"],
};
