import { forGood, personal, type TablesData, withEntry, withSource } from "./line.ts";

export const trust: TablesData = {
  stored: [
    personal(
      "entity_versions",
      ["author", "change", "before"],
      "Who changed an entry, and its former texts",
      "The entry's history",
      withEntry,
    ),
    personal(
      "entity_overlays",
      ["value", "added_by_name"],
      "What was added to an entry here, and by whom",
      "The entry's page",
      withEntry,
    ),
    personal(
      "entity_confirmations",
      ["by_name"],
      "Who confirmed that an entry is right",
      "How far an entry can be trusted",
      withEntry,
    ),
    personal(
      "entity_trust",
      ["confirmed_by"],
      "Who confirmed that an entry is right",
      "How far an entry can be trusted",
      withEntry,
    ),
    personal(
      "catalogue_commits",
      ["author", "title"],
      "Who changed a catalogue file last",
      "Whom to ask about an entry",
      withSource,
    ),
    personal(
      "owner_proposals",
      ["by_name", "former_owner_ref", "evidence"],
      "A former owner, and who proposed the next one",
      "So that nothing is left without an owner",
      "Until it is settled",
    ),
    personal(
      "truth_questions",
      ["asked_user", "answer"],
      "Who was asked whether an entry is right, and the answer",
      "To measure how true the catalogue is",
      forGood,
    ),
    personal(
      "upkeep_items",
      ["closed_by_name", "closing_note", "note"],
      "Who settled something about an entry",
      "To answer for it",
      withEntry,
    ),
  ],
  nothingPersonal: ["repository_teams", "truth_rounds"],
};
