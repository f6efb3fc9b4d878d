import type { Ctx } from "#server/core/context.ts";
import { notFound } from "#server/core/errors.ts";
import { ExternalId } from "#server/delivery/external/inputs.ts";
import { ruleWords, verdictWords } from "#server/delivery/external/model.ts";
import { compareFile } from "#server/delivery/external/read-comparison.ts";
import { type CsvRow, csvLines } from "./csv-lines.ts";
import type { HttpRoute } from "./route.ts";

const moment = (at: Date | undefined) => at?.toISOString() ?? null;

/** Every row of a file of another tool beside ours, with the rule that explains it. */
async function rowsOf(ctx: Ctx, id: string): Promise<CsvRow[]> {
  const { file, all, weeks } = await compareFile(ctx, id);
  if (file.kind === "weeks")
    return [
      [
        ...["line", "service", "component", "week", "how they compare"],
        ...["their deployments", "our deployments", "their failed", "our failed"],
        ...["their lead seconds", "our lead seconds", "why"],
      ],
      ...weeks.map(({ line, service, serviceRef, week, verdict, theirs, ours, reasons }) => [
        ...[line, service, serviceRef, week, verdictWords[verdict]],
        ...[theirs.deployments, ours?.deployments ?? null, theirs.failed, ours?.failed ?? null],
        ...[theirs.leadSeconds, ours?.leadSeconds ?? null, reasons.join(". ")],
      ]),
    ];
  return [
    [
      ...["line", "service", "component", "how they compare", "rule"],
      ...["their time", "their environment", "their commit", "they count"],
      ...["our time", "our environment", "our commit", "we count"],
    ],
    ...all.map(({ line, service, serviceRef, verdict, rule, theirs, ours }) => [
      ...[line, service, serviceRef, verdictWords[verdict], rule && ruleWords[rule]],
      ...[moment(theirs?.at), theirs?.environment ?? null, theirs?.sha ?? null, theirs?.counts ?? null],
      ...[moment(ours?.at), ours?.environment ?? null, ours?.sha ?? null, ours?.counts ?? null],
    ]),
  ];
}

async function* nothingMore(): AsyncGenerator<readonly CsvRow[]> {}

export const deliveryExternalRoutes: readonly HttpRoute[] = [
  {
    method: "GET",
    path: "/api/v1/delivery/external/:id/rows.csv",
    access: "role: leader, platform",
    limit: "expensiveRead",
    handle: async (ctx, { params }) => {
      const asked = ExternalId.safeParse(params);
      if (!asked.success) throw notFound("There is no such file");
      return {
        status: 200,
        headers: {
          "content-type": "text/csv; charset=utf-8; header=present",
          "content-disposition": `attachment; filename="compared-${ctx.now().toISOString().slice(0, 10)}.csv"`,
        },
        body: csvLines(await rowsOf(ctx, asked.data.id), nothingMore()),
      };
    },
  },
];
