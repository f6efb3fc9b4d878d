import { atLine, BrokenFile } from "./broken-file.ts";
import type { Micros } from "./calendar.ts";
import { Seals } from "./check-seals.ts";
import { type Counted, checkService, type ServiceFacts } from "./check-service.ts";
import { readChange, readCommit, readDecision, readDeployment, readFailure, readPull } from "./facts.ts";
import { computeFigures } from "./figures.ts";
import { type Difference, Findings } from "./findings.ts";
import { type Gap, observe, type ServiceSeen } from "./observation.ts";
import { type Parsed, parseLine, partsOf } from "./parse-line.ts";
import { type Limits, type Line, readLines, usualLimits } from "./read-lines.ts";
import { checkRules } from "./rules.ts";
import { differences } from "./same.ts";
import { computeWeeks } from "./weeks.ts";
import { type Question, readQuestion } from "./window.ts";

/** One thing that the file shows, worked out again. */
export type CheckedFigure = { name: string; isEqual: boolean; differences: readonly Difference[] };

export type Verified = {
  isEqual: boolean;
  /** The bytes are those that were written. */
  isUnchanged: boolean;
  scope: string;
  window: { from: string; to: string; timeZone: string };
  lines: number;
  services: number;
  /** Services whose rows were taken as they stand, since they were being worked out. */
  given: readonly string[];
  /** Services of whose past a part is missing, since its import failed. */
  cutOff: readonly string[];
  rows: number;
  /** Changes whose beginning is taken as the file says, since the pushes to their branches do not tell it. */
  givenStarts: number;
  figures: readonly CheckedFigure[];
  /** Where the bytes are not those that were written, at most a thousand of how many. */
  unsealed: readonly Difference[];
  unsealedCount: number;
  /** Its lines end as Windows ends them, which reports do not. */
  hasWindowsEnds: boolean;
  /** Of rows and of what the file says about itself; at most a thousand. */
  differences: readonly Difference[];
  differenceCount: number;
};

/**
 * Recomputes a report from the facts in it. Throws BrokenFile with a sentence for what is no report of a known form. Memory:
 * the facts of one service, and the deployments of the window.
 */
export async function verifyReport(
  chunks: AsyncIterable<Buffer>,
  limits: Limits = usualLimits,
): Promise<Verified> {
  const reading = new Reading();
  for await (const line of readLines(chunks, limits)) reading.take(line);
  return reading.finish();
}

const facts = new Set(["commit", "boundary", "pull", "deployment", "change", "failure", "decision"]);

class Reading {
  private readonly findings = new Findings();
  private readonly seals = new Seals(this.findings);
  private header: Parsed | null = null;
  private question: Question | null = null;
  private service: ServiceFacts | null = null;
  private readonly counted: Counted[][] = [];
  private readonly watched: ServiceSeen[] = [];
  private readonly seen = new Set<string>();
  private shown: Parsed | null = null;
  private readonly weeks: Parsed[] = [];
  private lines = 0;

  take(line: Line): void {
    const parsed = this.header ? parseLine(line) : readHeader(line);
    this.seals.take(line, parsed);
    this.lines = line.number;
    const { type } = parsed;
    if (!this.header) {
      this.header = parsed;
      checkRules(parsed, this.findings);
      this.question = readQuestion(parsed);
    } else if (type === "service") this.startService(parsed);
    else if (facts.has(type)) this.takeFact(parsed);
    else if (type === "figures") this.takeFigures(parsed);
    else if (type === "week") this.weeks.push(parsed);
    else if (type !== "seal" && type !== "end" && type !== "calendar-day")
      throw atLine(parsed.line, `"${type.slice(0, 40)}" is no line of this format`);
  }

  private startService(line: Parsed): void {
    if (this.shown) throw atLine(line.line, "a service stands behind the figures");
    this.endService();
    const ref = line.text("ref");
    if (this.seen.has(ref)) throw atLine(line.line, `${ref} is in the file twice`);
    this.seen.add(ref);
    this.service = {
      line: line.line,
      ref,
      isGiven: line.flag("asGiven"),
      isCutOff: timesOf(line, "unread").length > 0,
      owned: timesOf(line, "owned"),
      gaps: timesOf(line, "gaps"),
      observedSince: line.momentOrNull("observedSince"),
      incidentsObserved: line.flag("incidentsObserved"),
      ...{ commits: new Map(), boundary: new Set(), pulls: new Map() },
      ...{ deployments: [], changes: [], failures: [], decisions: [] },
    };
  }

  private takeFact(line: Parsed): void {
    const { service } = this;
    if (!service) throw atLine(line.line, `a ${line.type} stands outside of a service`);
    const twice = () => atLine(line.line, `this ${line.type} is in the file twice`);
    switch (line.type) {
      case "commit": {
        const commit = readCommit(line);
        if (service.commits.has(commit.sha)) throw twice();
        service.commits.set(commit.sha, commit);
        break;
      }
      case "boundary":
        service.boundary.add(line.text("sha"));
        break;
      case "pull": {
        const pull = readPull(line);
        if (service.pulls.has(pull.number)) throw twice();
        service.pulls.set(pull.number, pull);
        break;
      }
      case "deployment":
        service.deployments.push(readDeployment(line));
        break;
      case "change":
        service.changes.push(readChange(line));
        break;
      case "failure":
        service.failures.push(readFailure(line));
        break;
      default:
        service.decisions.push(readDecision(line));
    }
  }

  private endService(): void {
    const { service, question } = this;
    if (!service || !question) return;
    this.service = null;
    const keys = new Set(service.deployments.map(({ key }) => key));
    if (keys.size < service.deployments.length)
      this.findings.differ(service.line, `${service.ref}: a deployment is in the file twice`);
    const counted = checkService(service, this.findings);
    this.watch(service, counted);
    // The last week may end after the window.
    const from = question.weeks[0]?.from ?? question.before.from;
    const to = Math.max(question.now.to, question.weeks.at(-1)?.to ?? 0);
    const owned = counted.filter(({ at }) => service.owned.some((span) => at >= span.from && at < span.to));
    // What lies outside the weeks of the file counts only where it failed.
    this.counted.push(
      owned.flatMap((one) =>
        one.at >= from && one.at < to ? [one] : one.failures.length > 0 ? [{ ...one, changes: [] }] : [],
      ),
    );
  }

  private watch(
    { observedSince, gaps, owned, incidentsObserved, failures }: ServiceFacts,
    all: readonly Counted[],
  ): void {
    const first = all.reduce<Micros>((least, { at }) => Math.min(least, at), observedSince ?? Infinity);
    const told = failures.some(({ signal }) => signal === "incident" || signal === "incident_nearby");
    const since = first === Infinity ? null : first;
    this.watched.push({ since, gaps, owned, incidents: incidentsObserved || told });
  }

  private takeFigures(line: Parsed): void {
    if (this.shown) throw atLine(line.line, "the figures are in the file twice");
    this.endService();
    this.shown = line;
  }

  finish(): Verified {
    if (!this.header || !this.question) throw new BrokenFile("The file is empty");
    const isUnchanged = this.seals.finish();
    if (!this.shown) throw new BrokenFile("The file has no figures: a part of it is missing");
    const figures = this.checkFigures(this.shown, this.question);
    const { findings, header } = this;
    const inside = (name: string) => partsOf(header.line, header.object(name));
    const services = inside("scope").number("services");
    if (services !== this.watched.length)
      findings.differ(
        header.line,
        `the scope has ${services} services, and the file holds ${this.watched.length}`,
      );
    return {
      isEqual:
        isUnchanged &&
        findings.unsealedCount === 0 &&
        findings.differenceCount === 0 &&
        figures.every(({ isEqual }) => isEqual),
      isUnchanged,
      scope: inside("scope").text("name"),
      window: { ...this.question.days, timeZone: this.question.zone },
      lines: this.lines,
      services: this.watched.length,
      given: findings.given,
      cutOff: findings.cutOff,
      rows: findings.rows,
      givenStarts: findings.givenStarts,
      figures,
      unsealed: findings.unsealed,
      unsealedCount: findings.unsealedCount,
      hasWindowsEnds: findings.hasWindowsEnds,
      differences: findings.differences,
      differenceCount: findings.differenceCount,
    };
  }

  private checkFigures(shown: Parsed, question: Question): CheckedFigure[] {
    const observed = observe(this.watched, question);
    const { figures, ...beside } = computeFigures(this.counted, question, observed);
    const { distributions, ...rest } = beside;
    const inFile = partsOf(shown.line, shown.object("figures"));
    const checked = Object.entries(figures).map(([name, figure]) =>
      check(name, inFile.object(name), figure, shown.line),
    );
    const more = Object.entries(distributions).map(([name, spread]) => {
      const spreads = partsOf(shown.line, shown.object("distributions"));
      return check(`distribution of ${name}`, spreads.object(name), spread, shown.line);
    });
    const { type: _, figures: __, distributions: ___, ...shownRest } = shown.row;
    const weeks = computeWeeks(this.counted, question, observed);
    return [
      ...checked,
      ...more,
      check("coverage and what is unreviewed", shownRest, rest, shown.line),
      this.checkWeeks(weeks, shown.line),
    ];
  }

  private checkWeeks(computed: readonly { start: string }[], line: number): CheckedFigure {
    const found: Difference[] = this.weeks.flatMap((week, index) => {
      const { type: _, ...row } = week.row;
      return check(`week of ${computed[index]?.start ?? "no day"}`, row, computed[index], week.line)
        .differences;
    });
    if (this.weeks.length !== computed.length)
      found.push({
        line,
        words: `the file has ${this.weeks.length} weeks, and there are ${computed.length}`,
      });
    return { name: `${computed.length} weeks`, isEqual: found.length === 0, differences: found };
  }
}

/** Stretches of time; one that has no end on a side is open there. */
const timesOf = (line: Parsed, name: string): Gap[] =>
  line.rows(name).map((row) => {
    const time = partsOf(line.line, row);
    return { from: time.momentOrNull("from") ?? -Infinity, to: time.momentOrNull("to") ?? Infinity };
  });

function check(name: string, shown: unknown, computed: unknown, line: number): CheckedFigure {
  const found = differences(shown, computed).map(({ path, shown: one, computed: other }) => ({
    line,
    words: `${name}${path ? `, ${path}` : ""}: ${valueWords(one)} in the file, ${valueWords(other)} by the facts`,
  }));
  return { name, isEqual: found.length === 0, differences: found };
}

const valueWords = (value: unknown): string =>
  value === undefined || value === null ? "nothing" : JSON.stringify(value);

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** The first line: without it nothing else can be understood. */
function readHeader(line: Line): Parsed {
  if (line.bytes.subarray(0, 3).equals(byteOrderMark))
    throw new BrokenFile(
      "The file begins with a byte order mark, which reports do not have: a program that opened it has written it anew. Download it again",
    );
  const noReport = "This is no report of delivery figures: its first line does not say so";
  let header: Parsed;
  try {
    header = parseLine(line);
  } catch {
    throw new BrokenFile(noReport);
  }
  if (header.type !== "header" || header.row.format !== "milepost-delivery-report")
    throw new BrokenFile(noReport);
  if (header.row.formatVersion !== 1)
    throw new BrokenFile(
      `The file is of version ${String(header.row.formatVersion).slice(0, 20)} of the format; this program reads version 1`,
    );
  return header;
}
