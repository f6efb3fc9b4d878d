import { contents, type TablesData } from "./line.ts";

export const shadow: TablesData = {
  stored: [
    contents(
      "shadow_entities",
      ["document"],
      "Entries of a followed Backstage",
      "To compare both catalogues",
      "Until it is no longer followed",
    ),
  ],
  nothingPersonal: ["shadows"],
};
