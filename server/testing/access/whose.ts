import { expect } from "vitest";
import type { ProcedureRow, RestRow } from "./row.ts";

export const whoseProcedures: Readonly<Record<string, ProcedureRow>> = {
  "whose.ask": {
    who: "signed in",
    input: () => ({ text: "our-service" }),
    sees: (answer: { items: { ref: string }[] }, caller, world) => {
      const isOthersGuest = caller.kind !== "nobody" && caller.role === "guest" && caller.team !== "own team";
      expect(answer.items.some(({ ref }) => ref === world.ours)).toBe(!isOthersGuest);
    },
  },
};

export const whoseRoutes: Readonly<Record<string, RestRow>> = {
  "GET /api/v1/whose": { who: "signed in", path: () => "/api/v1/whose?text=our-service" },
};
