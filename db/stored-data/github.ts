import { contents, personal, type TablesData } from "./line.ts";

export const github: TablesData = {
  stored: [
    contents(
      "webhook_deliveries",
      ["body", "headers"],
      "Webhooks as they came, with names and texts of commits, pull requests and issues",
      "To work them in again after a mistake",
      "90 days, or what is set under Webhook health; waiting and failed ones until they are done",
    ),
    contents(
      "webhook_deliveries",
      ["reason"],
      "Why a webhook was not used, without its text",
      "The webhook log",
      "400 days; its key and hash as long",
    ),
    personal("webhook_replays", ["ordered_by_name"], "Who ordered a replay", "To answer for it", "400 days"),
  ],
  nothingPersonal: ["repository_comparisons", "webhook_hooks", "webhook_misses", "webhook_settings"],
};
