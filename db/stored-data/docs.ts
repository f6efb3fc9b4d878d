import { contents, personal, type TablesData, withSource } from "./line.ts";

export const docs: TablesData = {
  stored: [
    personal(
      "docs_votes",
      ["user_id", "comment"],
      "Whether a page of documentation helped, and why",
      "So that its writers can improve it",
      "Until the page or the account is removed",
    ),
    contents(
      "docs_pages",
      ["html", "contents", "title"],
      "Documentation of services",
      "To show it",
      withSource,
    ),
    contents("docs_sections", ["text", "title"], "Documentation of services", "To search it", withSource),
    contents(
      "docs_problems",
      ["message"],
      "What is wrong with a page of documentation",
      "So that it can be put right",
      "Until it is read again",
    ),
    contents("docs_images", ["bytes"], "Pictures of documentation", "To show it", withSource),
  ],
  nothingPersonal: ["docs_sites"],
};
