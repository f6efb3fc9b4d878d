import { sql } from "drizzle-orm";
import type { Ctx } from "#server/core/context.ts";
import type { EntityFilter } from "../inputs.ts";
import type { LocationType, Verdict } from "../model.ts";
import { filterCondition, searchFor } from "../reads/filter-entities.ts";
import { mayReadSource } from "../reads/readable-sources.ts";
import { exportDocument } from "./export-document.ts";
import { exportPath } from "./export-path.ts";

/** A file of the export: the documents of one file of a source, in their order. Those that Backstage refuses are apart. */
export type ExportedFile = { path: string; verdict: "valid" | "not valid"; refs: string[]; text: string };

export type Exported = ExportedFile | { leftOut: string[] };

type Row = {
  ref: string;
  type: LocationType;
  target: string;
  locationId: string;
  file: string;
  verdict: Verdict;
  yaml: string | null;
  head: string | null;
  hasAdditions: boolean;
};

const batchSize = 250;
/** In one file of an archive; the documents of a larger one are parted. */
const mostCharacters = 20_000_000;

/**
 * The catalogue as files, a file at a time, as far as the actor may read what the sources hold; at the end the references
 * of what was left out because it lies in a private repository. What Backstage's validators do not accept, kinds of other
 * systems included, comes as files of their own.
 */
export async function* readExport(ctx: Ctx, filter: EntityFilter): AsyncGenerator<Exported> {
  const search = await searchFor(ctx, filter.query);
  const rows = await ctx.db.execute<{ id: string }>(sql`
    select e.id from entities e where ${filterCondition(ctx, filter, search)}
    order by e.location_id, e.file collate "C", e.line, e.id`);
  const leftOut: string[] = [];
  const names = new Map<string, string>();
  let open: Row[] = [];
  let size = 0;
  for await (const row of rowsOf(
    ctx,
    rows.map(({ id }) => id),
  )) {
    if (row.yaml === null) {
      leftOut.push(row.ref);
      continue;
    }
    const [first] = open;
    if (first && (first.locationId !== row.locationId || first.file !== row.file || size > mostCharacters)) {
      yield* filesOf(open, names);
      open = [];
      size = 0;
    }
    open.push(row);
    size += row.yaml.length + (row.head?.length ?? 0);
  }
  yield* filesOf(open, names);
  if (leftOut.length > 0) yield { leftOut };
}

async function* rowsOf(ctx: Ctx, ids: readonly string[]): AsyncGenerator<Row> {
  const mayRead = mayReadSource(ctx.actor);
  for (let start = 0; start < ids.length; start += batchSize) {
    const wanted = JSON.stringify(ids.slice(start, start + batchSize));
    yield* await ctx.db.execute<Row>(sql`
      select e.ref, l.type, l.target, l.id as "locationId", e.file, e.verdict,
        case when ${mayRead} then b.yaml end as yaml, case when ${mayRead} then b.head end as head,
        b.file_head is not null as "hasAdditions"
      from json_array_elements_text(${wanted}::json) with ordinality as w(id, place)
      join entities e on e.id = w.id::bigint join entity_bodies b on b.entity_id = e.id
      join locations l on l.id = e.location_id order by w.place`);
  }
}

function* filesOf(rows: readonly Row[], names: Map<string, string>): Generator<ExportedFile> {
  const valid = rows.filter(({ verdict }) => verdict === "valid");
  for (const part of [valid, rows.filter(({ verdict }) => verdict !== "valid")]) {
    const [first] = part;
    if (!first) continue;
    const verdict = part === valid ? "valid" : "not valid";
    const path = pathOf(first, part);
    const texts = part.map(({ yaml, head, hasAdditions }) =>
      exportDocument({ yaml: yaml ?? "", head: head ?? "{", hasAdditions }),
    );
    yield {
      path: uniquePath(verdict === "valid" ? path : `not-valid/${path}`, names),
      verdict,
      refs: part.map(({ ref }) => ref),
      text: texts.join("---\n"),
    };
  }
}

/** By its name alone a scan knows a file of kinds that are nobody's but a company's own. */
function pathOf(first: Row, part: readonly Row[]): string {
  const path = exportPath(first, first.file);
  const isKnown = part.some(({ yaml }) =>
    /^(?:\{\s*)?["']?apiVersion["']?\s*:.*backstage\.io\//m.test(yaml ?? ""),
  );
  return isKnown || /(^|\/)catalog-info\.ya?ml$/i.test(path)
    ? path
    : path.replace(/\.ya?ml$/i, "/catalog-info.yaml");
}

/** Two sources can look alike once their addresses are made into paths. */
function uniquePath(path: string, names: Map<string, string>): string {
  let unique = path;
  for (let count = 2; names.has(unique.toLowerCase()); count += 1)
    unique = path.replace(/(\.ya?ml)$/i, `-${count}$1`);
  names.set(unique.toLowerCase(), path);
  return unique;
}
