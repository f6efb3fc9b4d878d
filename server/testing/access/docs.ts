import { expect } from "vitest";
import { ours, type ProcedureRow, type RestRow, teamOf } from "./row.ts";

const ourPage = (world: { ours: string }) => ({ ref: world.ours, path: "" });

export const docsProcedures: Readonly<Record<string, ProcedureRow>> = {
  "docs.answers": { who: "our owners or platform", isOurs: true, input: ours },
  "docs.list": {
    who: "signed in",
    input: () => ({}),
    sees: (answer: { items: { ref: string; isMine: boolean }[] }, caller, world) => {
      const isHidden = caller.kind === "person" && caller.role === "guest" && teamOf(caller) !== "own team";
      if (isHidden) return;
      expect(answer.items.filter(({ ref }) => ref === world.ours).map(({ isMine }) => isMine)).toEqual(
        caller.kind === "person" || answer.items.length > 0 ? [teamOf(caller) === "own team"] : [],
      );
    },
  },
  "docs.page": { who: "signed in", isOurs: true, input: ourPage },
  "docs.problems": { who: "signed in", input: ours },
  "docs.search": { who: "signed in", input: () => ({ query: "handbook" }) },
  "docs.site": { who: "signed in", input: ours },
  "docs.vote": {
    who: "people only",
    isOurs: true,
    input: (world) => ({ ...ourPage(world), isUseful: true }),
  },
};

export const docsRoutes: Readonly<Record<string, RestRow>> = {
  "GET /api/v1/docs/:kind/:namespace/:name/image": {
    who: "signed in",
    isOurs: true,
    path: () => "/api/v1/docs/component/default/our-service/image?path=docs/picture.svg",
  },
};
