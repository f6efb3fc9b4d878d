import { expect } from "vitest";
import { startSimulation } from "#server/delivery/simulation/start-simulation.ts";
import { workSimulation } from "#server/delivery/simulation/work-simulation.ts";
import { as, test } from "#server/testing/database.ts";
import { person } from "#server/testing/people.ts";
import { makeService } from "#server/testing/simulated-services.ts";
import { deliverySimulationRoutes } from "./delivery-simulations.ts";

test("what was tried comes as CSV: every service by both rules, every deployment with the rule", async ({
  db,
}) => {
  const step = { outcome: "success" as const, hours: 24 };
  await makeService(db, "a", [
    { ...step, environment: "mars-1", commit: 0 },
    { ...step, environment: "mars-1", commit: 1 },
  ]);
  await makeService(db, "b", [{ ...step, environment: "production", commit: 0 }]);
  const ctx = as(db, person("platform"));
  const { id } = await startSimulation(ctx, { tiers: [{ pattern: "mars-*", tier: "production" }] });
  await workSimulation(as(db), () => false);
  const ask = async (name: string, params: Record<string, string>) => {
    const route = deliverySimulationRoutes.find(({ path }) => path.endsWith(`/${name}.csv`));
    const { body, headers } = await route!.handle(ctx, { params } as never);
    expect(headers?.["content-type"]).toContain("text/csv");
    let text = "";
    for await (const part of body as AsyncIterable<string>) text += part;
    return text.trimEnd().split("\r\n");
  };
  const services = await ask("services", { id });
  expect(services[0]).toMatch(/^serviceRef,name,deployments before,deployments after,/);
  expect(services.slice(1).map((line) => line.split(",").slice(0, 4))).toEqual([
    ["component:default/a", "a", "0", "2"],
    ["component:default/b", "b", "1", "1"],
  ]);
  const deployments = await ask("deployments", { id });
  expect(deployments).toHaveLength(3);
  expect(deployments[1]).toMatch(/^component:default\/a,in,.*,mars-1 is Production by the rule mars-\*$/);
  await expect(ask("services", { id: "1" })).rejects.toThrow("no such simulation");
});
