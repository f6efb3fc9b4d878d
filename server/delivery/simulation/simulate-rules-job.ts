/** The job that works on the simulation that is open. */
export const simulateRulesJob = { name: "delivery-simulate-rules" } as const;
