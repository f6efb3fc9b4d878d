import type { Interpreter } from "#server/github/interpreter.ts";
import type { DeliveryFacts } from "./facts.ts";
import { markServicesDue } from "./projection/mark-services-due.ts";
import { readDelivery } from "./read-delivery.ts";
import { tellTeams } from "./tell-teams.ts";
import { writeFacts } from "./write-facts.ts";

/** How webhooks become software delivery. */
export const deliveryInterpreter: Interpreter<DeliveryFacts> = {
  read: readDelivery,
  write: async (tx, facts) => {
    await writeFacts(tx, facts);
    await markServicesDue(tx, facts);
    await tellTeams(tx, facts);
  },
};
