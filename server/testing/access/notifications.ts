import { expect } from "vitest";
import { type ProcedureRow, teamOf } from "./row.ts";

export const notificationsProcedures: Readonly<Record<string, ProcedureRow>> = {
  "notifications.inbox": {
    who: "signed in",
    sees: (answer: { rows: unknown[]; unread: number }, caller) => {
      const count = teamOf(caller) === "own team" ? 1 : 0;
      expect([answer.rows.length, answer.unread]).toEqual([count, count]);
    },
  },
  "notifications.markRead": { who: "people only" },
};
