import { expect } from "vitest";
import type { SearchAnswer } from "#server/search/model.ts";
import type { Caller } from "../callers.ts";
import { type ProcedureRow, platform, type RestRow } from "./row.ts";

/** What a guest is limited to, also by the service account of their token; null for those who see everything. */
const limitOf = (caller: Caller) =>
  caller.kind !== "nobody" && caller.role === "guest" ? caller.team : null;

/** Everybody finds our service, but guests of other teams. */
const seesOurs: ProcedureRow["sees"] = (answer: SearchAnswer, caller, world) => {
  const isFound = [null, "own team"].includes(limitOf(caller));
  expect(answer.hits.some(({ ref }) => ref === world.ours)).toBe(isFound);
};

export const searchProcedures: Readonly<Record<string, ProcedureRow>> = {
  "search.byGroup": { who: "signed in", input: () => ({ query: "our-service" }), sees: seesOurs },
  "search.find": { who: "signed in", input: () => ({ query: "service" }), sees: seesOurs },
  "search.recent": {
    who: "signed in",
    input: (world) => ({ refs: [world.ours, world.theirs] }),
    sees: (answer: { ref: string }[], caller, world) => {
      const limit = limitOf(caller);
      const refs = { "own team": [world.ours], "other team": [world.theirs], "no team": [] };
      expect(answer.map(({ ref }) => ref)).toEqual(limit ? refs[limit] : [world.ours, world.theirs]);
    },
  },
  "search.picked": { who: "people only", input: (world) => ({ ref: world.ours }) },
  "search.missed": { who: "people only", input: () => ({ query: "no such thing" }) },
  "search.kept": { who: platform },
  "search.saveSynonyms": { who: platform, input: () => ({ words: ["one", "other"] }) },
  "search.removeSynonyms": { who: platform, input: (world) => ({ id: world.synonyms }) },
  "search.dismissMiss": { who: platform, input: () => ({ query: "looked for in vain" }) },
};

export const searchRoutes: Readonly<Record<string, RestRow>> = {
  "GET /api/v1/search": { who: "signed in", path: () => "/api/v1/search?q=service" },
  "GET /api/search/query": { who: "signed in", path: () => "/api/search/query?term=service" },
};
