import { personal, type TablesData } from "./line.ts";

export const notifications: TablesData = {
  stored: [
    personal(
      "notifications",
      ["user_id", "title", "reason"],
      "What somebody was told",
      "Their inbox",
      "Until they remove it, or the account goes",
    ),
  ],
  nothingPersonal: [],
};
