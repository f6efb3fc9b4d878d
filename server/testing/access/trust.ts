import { randomUUID } from "node:crypto";
import type { Who } from "../access-expected.ts";
import { everything, ofOurTeam, ours, type ProcedureRow } from "./row.ts";

/** Everybody who works here may be asked; each caller answers the question that they were asked. */
const judges: Who = { peopleOnly: ["developer", "leader", "platform"] };

export const trustProcedures: Readonly<Record<string, ProcedureRow>> = {
  "trust.entity": { who: "signed in", isOurs: true, input: ours },
  "trust.history": { who: "signed in", isOurs: true, input: ours },
  "trust.version": { who: "signed in", isOurs: true, input: (world) => ({ id: world.trust.version }) },
  "trust.upkeep": { who: "signed in" },
  "trust.handovers": { who: "insiders", input: everything },
  "trust.truth": { who: "insiders" },
  "trust.confirm": { who: "our owners", input: (world) => ({ refs: [world.ours] }) },
  "trust.addOverlay": {
    who: "our owners or platform",
    input: (world) => ({ ref: world.ours, kind: "annotation", key: "example.com/new", value: "yes" }),
  },
  "trust.removeOverlay": { who: "our owners or platform", input: (world) => ({ id: world.trust.overlay }) },
  "trust.answer": {
    who: judges,
    input: (world, caller) => ({
      id: (caller.kind === "person" ? world.trust.questions[caller.userId] : null) ?? randomUUID(),
      answer: "right",
    }),
  },
  "trust.closeUpkeep": {
    who: "our owners or platform",
    input: (world) => ({ id: world.trust.item, note: "It is right now" }),
  },
  "trust.proposeOwner": {
    who: ofOurTeam,
    input: (world) => ({ ref: world.ours, ownerRef: "group:default/theirs" }),
  },
  "trust.withdrawOwner": { who: ofOurTeam, input: (world) => ({ ref: world.api }) },
};
