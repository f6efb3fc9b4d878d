import { contents, personal, type TablesData, withConnection, withEntry, withSource } from "./line.ts";

export const catalog: TablesData = {
  stored: [
    contents(
      "entities",
      ["title", "description", "search_text"],
      "Entries of the catalogue; those of people hold their names",
      "The catalogue",
      withSource,
    ),
    personal(
      "entity_relations",
      ["source_ref", "target_ref"],
      "Who belongs to which team, who owns what",
      "The catalogue, and who may see what",
      withSource,
    ),
    contents(
      "entity_bodies",
      ["file_head", "yaml"],
      "Catalogue files as they were read",
      "The catalogue",
      withSource,
    ),
    contents(
      "entity_problems",
      ["message"],
      "What is wrong with a catalogue file",
      "So that it can be put right",
      "Until it is read again",
    ),
    personal(
      "custom_sources",
      ["created_by", "received_by"],
      "Who set a source up, and whose token wrote to it",
      "To answer for it",
      "Until it is removed",
    ),
    personal(
      "locations",
      ["created_by"],
      "Who registered a source",
      "To answer for it",
      "Until it is removed",
    ),
    personal(
      "location_previews",
      ["created_by"],
      "Who tried a source",
      "To answer for it",
      "An hour, until the next one is tried",
    ),
    personal(
      "source_reading_rules",
      ["created_by"],
      "Who said which team may read a source",
      "To answer for it",
      "Until it is removed",
    ),
    personal(
      "portal_entries",
      ["created_by", "updated_by", "text"],
      "Who wrote an entry here, and its text",
      "To answer for it",
      withEntry,
    ),
    contents(
      "catalogue_checks",
      ["result"],
      "What was found in a pull request's catalogue files",
      "The check at the host",
      withConnection,
    ),
  ],
  nothingPersonal: ["catalogue_state", "entity_changes", "entity_fields"],
};
