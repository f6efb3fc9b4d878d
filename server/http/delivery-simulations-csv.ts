import type { Ctx } from "#server/core/context.ts";
import { metrics } from "#server/delivery/figures/model.ts";
import type { Side, SimulatedService } from "#server/delivery/simulation/model.ts";
import { readMoves, readSimulated } from "#server/delivery/simulation/read-simulated.ts";
import type { CsvRow } from "./csv-lines.ts";

export type Rows = AsyncGenerator<readonly CsvRow[]>;

const counts = ["deployments", "attributed", "changes"] as const;
const beside = (names: readonly string[]) => names.flatMap((name) => [`${name} before`, `${name} after`]);

/** All services by both rules, as they stand in the table. */
export async function* simulatedServiceRows(ctx: Ctx, id: string): Rows {
  let head: CsvRow[] = [
    [
      "serviceRef",
      "name",
      ...beside([...counts, ...metrics]),
      "comeIn",
      "goOut",
      "countDifferently",
      "figuresChanged",
      "failure",
    ],
  ];
  for await (const items of servicePages(ctx, id, false)) {
    yield [...head, ...items.map(serviceRow)];
    head = [];
  }
}

function serviceRow(item: SimulatedService): CsvRow {
  const { before, after } = item;
  const both = (read: (side: Side) => number | null) => [
    before ? read(before) : null,
    after ? read(after) : null,
  ];
  return [
    item.entityRef,
    item.name,
    ...counts.flatMap((name) => both((side) => side[name])),
    ...metrics.flatMap((metric) => both((side) => side.figures[metric].value)),
    item.cameIn,
    item.wentOut,
    item.altered,
    item.figuresChanged,
    item.failure,
  ];
}

/** All deployments that are listed, service by service. */
export async function* simulatedMoveRows(ctx: Ctx, id: string): Rows {
  let head: CsvRow[] = [["serviceRef", "move", "at", "environment", "commit", "ref", "source", "key", "why"]];
  for await (const services of servicePages(ctx, id, true))
    for (const { entityRef } of services) {
      let cursor: string | undefined;
      do {
        const page = await readMoves(ctx, { id, entityRef, cursor, limit: 100 });
        const rows = page.items.map((one) => [
          entityRef,
          one.move,
          one.at.toISOString(),
          one.environment,
          one.sha,
          one.ref,
          one.source,
          one.sourceKey,
          one.why,
        ]);
        yield [...head, ...rows];
        head = [];
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
    }
  yield head;
}

/** Of a simulation; one page even where there is none. */
async function* servicePages(ctx: Ctx, id: string, onlyChanged: boolean): AsyncGenerator<SimulatedService[]> {
  let cursor: string | undefined;
  do {
    const page = await readSimulated(ctx, { id, onlyChanged, cursor, limit: 100 });
    yield page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
}
