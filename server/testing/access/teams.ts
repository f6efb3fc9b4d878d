import { expect } from "vitest";
import type { ProcedureRow } from "./row.ts";

const ourTeam = () => ({ ref: "group:default/ours" });

export const teamsProcedures: Readonly<Record<string, ProcedureRow>> = {
  "teams.owned": {
    who: "signed in",
    input: ourTeam,
    sees: (answer: { items: unknown[]; total: number }, caller) => {
      const isOthersGuest = caller.kind !== "nobody" && caller.role === "guest" && caller.team !== "own team";
      expect(answer.total === 0).toBe(isOthersGuest);
      expect(answer.items.length === 0).toBe(isOthersGuest);
    },
  },
  "teams.delivery": {
    who: "signed in",
    input: ourTeam,
    sees: (answer: { services: number }, caller) => {
      const isOthersGuest = caller.kind !== "nobody" && caller.role === "guest" && caller.team !== "own team";
      expect(answer.services === 0).toBe(isOthersGuest);
    },
  },
};
