import type { Ctx } from "#server/core/context.ts";
import { readFiguresByService } from "#server/delivery/figures/by-service.ts";
import { readDistribution } from "#server/delivery/figures/distribution.ts";
import { streamEvidence } from "#server/delivery/figures/evidence.ts";
import type { EvidenceRow } from "#server/delivery/figures/evidence-page.ts";
import type { AskDistribution, AskEvidence, AskFigures } from "#server/delivery/figures/inputs.ts";
import { metrics } from "#server/delivery/figures/model.ts";
import { readFigures } from "#server/delivery/figures/read-figures.ts";
import type { CsvRow } from "./csv-lines.ts";

/** A head and lines, in pieces. Each file says of which days and under which definition its numbers are. */
export type Rows = AsyncGenerator<readonly CsvRow[]>;

const text = (at: Date | null) => at?.toISOString() ?? null;

export async function* figureRows(ctx: Ctx, asked: AskFigures): Rows {
  const { figures, window, coverageWords, importing } = await readFigures(ctx, asked);
  const head = [
    "metric",
    "value",
    "unit",
    "low",
    "high",
    "interval by",
    "n",
    "minimum",
    "reason",
    "band",
    "previous",
    "change",
    "from",
    "to",
    "time zone",
    "definition",
    "coverage",
  ];
  yield [
    head,
    ...metrics.map((metric) => {
      const figure = figures[metric];
      return [
        figure.title,
        figure.value,
        figure.unit,
        figure.interval?.low ?? null,
        figure.interval?.high ?? null,
        figure.intervalMethod,
        figure.n,
        figure.minimum,
        figure.reason,
        figure.band?.words ?? null,
        figure.comparison?.previous ?? null,
        figure.comparison?.words ?? null,
        window.from,
        window.to,
        window.timeZone,
        figure.definition.version,
        importing?.words ?? coverageWords,
      ];
    }),
  ];
}

const weekColumns = [
  "week",
  "start",
  "isPartial",
  "isObserved",
  "forward",
  "redeploys",
  "rollbacks",
  "changes",
  "leadTime",
  "leadTimeP90",
  "judged",
  "failed",
  "unreviewed",
  "recovered",
  "recovery",
  "rework",
  "failedRollouts",
] as const;

export async function* weekRows(ctx: Ctx, asked: AskFigures): Rows {
  const { weeks } = await readFigures(ctx, asked);
  yield [
    [...weekColumns, "leadTimeLow", "leadTimeHigh"],
    ...weeks.map((week) => [
      ...weekColumns.map((column) => week[column]),
      week.leadTimeInterval?.low ?? null,
      week.leadTimeInterval?.high ?? null,
    ]),
  ];
}

export async function* distributionRows(ctx: Ctx, asked: AskDistribution): Rows {
  const { buckets } = await readDistribution(ctx, asked);
  yield [
    ["from seconds", "to seconds", "count", "words"],
    ...buckets.map(({ from, to, count, words }) => [from, to, count, words]),
  ];
}

const evidenceHead = [
  "service",
  "at",
  "environment",
  "commit",
  "outcome",
  "kind",
  "attribution",
  "note",
  "excluded",
  "failure",
  "rework",
  "change",
  "started",
  "started by",
  "lead seconds",
  "recovered",
  "recovery seconds",
  "definition",
];

const evidenceRow = (row: EvidenceRow): CsvRow => [
  row.serviceRef,
  row.at.toISOString(),
  row.environment,
  row.sha,
  row.outcome,
  row.kind,
  row.attribution,
  row.attributionNote,
  row.isExcluded,
  row.failState,
  row.reworkSigns.join(" "),
  row.change?.key ?? null,
  text(row.change?.startedAt ?? null),
  row.change?.startedBy ?? null,
  row.change?.leadSeconds ?? null,
  text(row.recovery?.recoveredAt ?? null),
  row.recovery?.seconds ?? null,
  row.definition,
];

export async function* evidenceRows(ctx: Ctx, asked: AskEvidence): Rows {
  // Asked for before the first line: a refusal comes before the answer begins.
  const pages = streamEvidence(ctx, asked);
  const first = await pages.next();
  yield [evidenceHead, ...(first.done ? [] : first.value.map(evidenceRow))];
  for await (const rows of pages) yield rows.map(evidenceRow);
}

export async function* serviceRows(ctx: Ctx, asked: AskFigures): Rows {
  const columns = [
    "serviceRef",
    "name",
    "ownerRef",
    "deployments",
    "forward",
    "changes",
    "leadTime",
    "judged",
    "failed",
    "changeFailRate",
    "unreviewed",
    "rework",
  ] as const;
  // Last, so that columns keep their places: why a cell is empty, and how much of the window was seen.
  const more = ["lastDeployedAt", "reason", "changeFailRateReason", "daysSeen", "days"];
  // The page's deployments are those that brought something new; with redeployments and rollbacks they are more.
  const headings = { deployments: "allDeployments", forward: "deployments" } as Record<string, string>;
  let head: CsvRow[] = [[...columns.map((name) => headings[name] ?? name), ...more]];
  let cursor: string | undefined;
  do {
    const page = await readFiguresByService(ctx, { ...asked, cursor, limit: 100 });
    yield [
      ...head,
      ...page.items.map((item) => [
        ...columns.map((name) => item[name]),
        text(item.lastDeployedAt),
        item.reason,
        item.changeFailRateReason,
        item.days.seen,
        item.days.of,
      ]),
    ];
    head = [];
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
}
