import { ours, type ProcedureRow, platform } from "./row.ts";

export const cardsProcedures: Readonly<Record<string, ProcedureRow>> = {
  "cards.ofEntry": { who: "signed in", isOurs: true, input: ours },
  "cards.refresh": {
    who: "signed in",
    isOurs: true,
    input: (world) => ({ id: world.card, ref: world.ours }),
  },
  "cards.settings": { who: platform },
  "cards.save": {
    who: { peopleOnly: ["platform"] },
    input: () => ({
      name: "Wiki",
      kind: "link",
      annotation: null,
      urlPattern: "https://wiki.example.com/{name}",
    }),
  },
  "cards.remove": { who: { peopleOnly: ["platform"] }, input: (world) => ({ id: world.card }) },
};
