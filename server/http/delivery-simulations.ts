import type { Ctx } from "#server/core/context.ts";
import { notFound } from "#server/core/errors.ts";
import { SimulationId } from "#server/delivery/simulation/inputs.ts";
import { csvLines } from "./csv-lines.ts";
import { type Rows, simulatedMoveRows, simulatedServiceRows } from "./delivery-simulations-csv.ts";
import type { HttpAnswer, HttpRoute } from "./route.ts";

const file = (name: string, rowsOf: (ctx: Ctx, id: string) => Rows): HttpRoute => ({
  method: "GET",
  path: `/api/v1/delivery/simulations/:id/${name}.csv`,
  access: "role: platform",
  limit: "expensiveRead",
  handle: async (ctx, { params }): Promise<HttpAnswer> => {
    const asked = SimulationId.safeParse(params);
    if (!asked.success) throw notFound("There is no such simulation");
    const rows = rowsOf(ctx, asked.data.id);
    // The first lines are asked for at once: what is refused is refused before the answer begins.
    const first = await rows.next();
    return {
      status: 200,
      headers: {
        "content-type": "text/csv; charset=utf-8; header=present",
        "content-disposition": `attachment; filename="simulation-${name}-${ctx.now().toISOString().slice(0, 10)}.csv"`,
      },
      body: csvLines(first.done ? [] : first.value, rows),
    };
  },
});

export const deliverySimulationRoutes: readonly HttpRoute[] = [
  file("services", simulatedServiceRows),
  file("deployments", simulatedMoveRows),
];
