import { CsvError, parse } from "csv-parse/sync";
import { invalid } from "#server/core/errors.ts";
import { guessColumns, guessKind, guessUnit } from "./guess-columns.ts";
import {
  type Columns,
  type ExternalKind,
  type LeadTimeUnit,
  mostRows,
  neededRoles,
  type Problem,
  type Role,
  rolesOf,
  roleWords,
} from "./model.ts";
import {
  type Read,
  readCommit,
  readCount,
  readDuration,
  readOutcome,
  readTime,
  readWeek,
} from "./read-values.ts";

export type ReadRow = {
  line: number;
  service: string;
  at: Date;
  day: string | null;
  environment: string | null;
  sha: string | null;
  outcome: "success" | "failure" | "other" | null;
  deployments: number | null;
  failed: number | null;
  leadSeconds: number | null;
};

export type ReadFile = {
  columns: string[];
  sample: string[][];
  kind: ExternalKind;
  mapping: Columns;
  unit: LeadTimeUnit;
  rows: ReadRow[];
  /** How many rows there are, and why some cannot be read. */
  count: number;
  problems: Problem[];
  refusal: string | null;
};

type Asked = {
  kind?: ExternalKind | undefined;
  mapping?: Columns | undefined;
  unit?: LeadTimeUnit | undefined;
};

/**
 * Reads a file whose first row names the columns: by the mapping that is given, else by one that its names suggest. Throws
 * `invalid` where it is no table at all; a row that cannot be read is told with its line.
 */
export function readFile(text: string, asked: Asked, timeZone: string): ReadFile {
  // A browser puts this sign where bytes are no UTF-8: names would be compared that nobody gave.
  if (text.includes("\uFFFD"))
    throw invalid("The file is not UTF-8 text: save it as UTF-8 and choose it again", "text");
  const [head, ...body] = parseTable(text);
  if (!head || body.length === 0) throw invalid("The file has no rows under its head", "text");
  if (body.length > mostRows)
    throw invalid(
      `The file has ${body.length} rows, and at most ${mostRows} can be compared: import it in parts`,
      "text",
    );
  const columns = head.cells.map((name) => name.trim());
  if (new Set(columns).size < columns.length)
    throw invalid("Two columns have the same name: rename one", "text");
  const kind = asked.kind ?? guessKind(columns);
  const mapping = asked.mapping ?? guessColumns(columns, kind);
  const unit = asked.unit ?? guessUnit(mapping.leadTime);
  const about = { columns, kind, mapping, unit, sample: body.slice(0, 5).map(({ cells }) => cells) };
  const refusal = refusalOf(about);
  const problems: Problem[] = [];
  const rows = refusal ? [] : body.flatMap((row) => readRow(row, about, { timeZone, problems }) ?? []);
  return { ...about, rows, count: body.length, problems, refusal };
}

type Row = { line: number; cells: string[] };

function parseTable(text: string): Row[] {
  const [first = ""] = text.split(/\r?\n/, 1);
  const most = (sign: string) => first.split(sign).length;
  const [delimiter = ","] = [",", ";", "\t"].toSorted((one, other) => most(other) - most(one));
  try {
    const records: unknown = parse(text, {
      ...{ delimiter, bom: true, info: true, relax_column_count: true, skip_empty_lines: true },
      ...{ max_record_size: 20_000, trim: true },
    });
    // With `info` each record is told with where it ends.
    return (records as { info: { lines: number }; record: string[] }[]).map(({ info, record }) => ({
      line: info.lines,
      cells: record,
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw invalid(`The file cannot be read as CSV: ${error.message.slice(0, 200)}`, "text");
  }
}

function refusalOf({
  columns,
  kind,
  mapping,
}: Pick<ReadFile, "columns" | "kind" | "mapping">): string | null {
  for (const role of rolesOf[kind]) {
    const column = mapping[role];
    if (column !== undefined && !columns.includes(column)) return `The file has no column "${column}"`;
  }
  const missing = neededRoles[kind].find((role) => mapping[role] === undefined);
  if (missing) return `Say which column is "${roleWords[missing]}"`;
  const hasFigure = mapping.deployments ?? mapping.failed ?? mapping.leadTime;
  return kind === "weeks" && hasFigure === undefined ? "Say which columns hold the figures of a week" : null;
}

type About = Pick<ReadFile, "columns" | "kind" | "mapping" | "unit">;

function readRow(
  { line, cells }: Row,
  { columns, kind, mapping, unit }: About,
  { timeZone, problems }: { timeZone: string; problems: Problem[] },
): ReadRow | null {
  let isReadable = true;
  const complain = (words: string) => {
    if (isReadable) problems.push({ line, words });
    isReadable = false;
  };
  const cell = (role: Role): string => {
    const column = rolesOf[kind].includes(role) ? mapping[role] : undefined;
    return column === undefined ? "" : (cells[columns.indexOf(column)] ?? "");
  };
  /** Null where the cell is empty; a needed one must not be. */
  const read = <Value>(role: Role, reader: (text: string) => Read<Value>): Value | null => {
    const text = cell(role);
    if (text === "") {
      if (neededRoles[kind].includes(role)) complain(`"${roleWords[role]}" is empty`);
      return null;
    }
    const found = reader(text);
    if ("problem" in found) complain(`${roleWords[role]}: ${found.problem}`);
    return "value" in found ? found.value : null;
  };
  if (cells.length !== columns.length)
    complain(`It has ${cells.length} cells, and the head names ${columns.length} columns`);
  const service = read(
    "service",
    (value): Read<string> => (value.length > 300 ? { problem: "the name is too long" } : { value }),
  );
  const time =
    kind === "deployments"
      ? read("time", (value) => readTime(value, timeZone))
      : weekTime(read("week", readWeek));
  const row = {
    environment: cell("environment").slice(0, 300) || null,
    sha: read("commit", readCommit),
    outcome: cell("outcome") === "" ? null : readOutcome(cell("outcome")),
    deployments: read("deployments", readCount),
    failed: read("failed", readCount),
    leadSeconds: read("leadTime", (value) => readDuration(value, unit)),
  };
  return isReadable && service !== null && time ? { line, service, ...time, ...row } : null;
}

const weekTime = (day: string | null) => day && { at: new Date(`${day}T00:00:00Z`), day };
