import { contents, type TablesData, withSource } from "./line.ts";

export const apis: TablesData = {
  stored: [
    contents(
      "api_versions",
      ["text", "overview", "operations", "schemas"],
      "Definitions of APIs",
      "To show and compare them",
      withSource,
    ),
  ],
  nothingPersonal: ["api_comparisons"],
};
