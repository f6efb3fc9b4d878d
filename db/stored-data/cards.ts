import { contents, type TablesData } from "./line.ts";

export const cards: TablesData = {
  stored: [
    contents(
      "card_answers",
      ["values"],
      "What a tool answered for a service's card",
      "The service's page",
      "Until it is asked again, or 30 days",
    ),
  ],
  nothingPersonal: ["cards"],
};
