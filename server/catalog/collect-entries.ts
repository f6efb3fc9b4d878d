import { invalid } from "#server/core/errors.ts";
import type { Outside } from "#server/core/outside.ts";
import { takeTurns } from "#server/core/take-turns.ts";
import { judgeEntry, type StatedReference } from "./judge-entry.ts";
import { type Look, lookOf } from "./looks-like-catalogue.ts";
import type { Severity } from "./model.ts";
import { isWeb, makeNamedFiles, type NamedFiles, reasonOf } from "./named-files.ts";
import type { DocumentPlace, PreparedEntry } from "./prepare-entry.ts";
import { readDocuments, type SourceDocument } from "./read-documents.ts";
import type { OpenedTree } from "./trees/open-tree.ts";
import { type CatalogTree, FileRefusal, treeLimits } from "./trees/tree.ts";
import { validateEntity, verdictRef } from "./validate-entity.ts";

export type FoundProblem = {
  severity: Severity;
  message: string;
  ref: string | null;
  file: string | null;
  line: number | null;
  column: number | null;
  path: string | null;
  /** The reference that leads nowhere, of a warning about one. */
  target?: string | null;
};

type Collected = {
  entries: PreparedEntry[];
  problems: FoundProblem[];
  /** Whom the entries name, each with its place. */
  references: StatedReference[];
  /** Files that are there but could not be read whole: what came from them before is not gone. */
  brokenFiles: Set<string>;
};

type CollectTools = {
  outside: Outside;
  /** How the location is called in annotations: `url:…` or `file:…`. */
  origin: string;
  /** False: Groups and Users are not taken, since rights rest on them. */
  definesPeople?: boolean;
  /** Called after each file; may throw to stop. */
  onFile: (done: number, total: number) => Promise<void>;
};

const tooMuch = `the files together exceed ${treeLimits.totalBytes / 1_000_000} MB`;

const peopleRefused =
  "The entry was not taken: a repository that was found by itself may not say who people and teams are, since rights rest on that. An admin can allow it on the page of the source";

/** Stands in `brokenFiles` for all files at once. */
export const wholeTree = "";

/** A file to read: a path inside the tree or a web address; who named it is told when it is not there. */
type Pending = {
  id: string;
  isScanned: boolean;
  isStart?: boolean;
  onAbsent: ((reason: string) => void) | null;
};

type Job = CollectTools & {
  tree: CatalogTree;
  queue: Pending[];
  seen: Map<string, Pending>;
  named: NamedFiles;
  bytes: number;
  /** Reading is work without a pause; heartbeats and other jobs of the process get their turn in between. */
  letOthersRun: () => Promise<void>;
  collected: Collected;
  /** Scanned files that are not read unless a Location names them. */
  passedOver: Map<string, Look>;
};

/**
 * Reads every catalogue file of a tree and the files that its Locations name, judges each document and prepares its
 * entry. What is wrong becomes a problem with its place and never ends the import, unless the location is one file and
 * just that cannot be read. Throws what `onFile` throws.
 */
export async function collectEntries(opened: OpenedTree, tools: CollectTools): Promise<Collected> {
  const job: Job = {
    ...tools,
    tree: opened.tree,
    queue: [],
    seen: new Map(),
    named: makeNamedFiles(opened.tree, tools.outside),
    bytes: 0,
    letOthersRun: takeTurns(50),
    collected: { entries: [], problems: [], references: [], brokenFiles: new Set() },
    passedOver: new Map(),
  };
  if ("file" in opened.start)
    push(job, { id: opened.start.file, isScanned: false, isStart: true, onAbsent: null });
  else if ("files" in opened.start)
    for (const id of opened.start.files) push(job, { id, isScanned: true, onAbsent: null });
  else await scan(job, opened.start.folder);
  for (let done = 0; done < job.queue.length; done += 1) {
    const pending = job.queue[done];
    if (pending) await readFileOf(job, pending);
    await job.onFile(done + 1, job.queue.length);
  }
  tellPassedOver(job);
  return job.collected;
}

function push(job: Job, pending: Pending): void {
  const known = job.seen.get(pending.id);
  if (known) {
    if (pending.isScanned || !known.isScanned) return;
    Object.assign(known, pending);
    if (job.passedOver.delete(pending.id)) job.queue.push(known);
    return;
  }
  if (job.seen.size >= treeLimits.files) {
    pending.onAbsent?.(`more than ${treeLimits.files.toLocaleString("en")} files are named`);
    return;
  }
  job.seen.set(pending.id, pending);
  job.queue.push(pending);
}

async function scan(job: Job, folder: string): Promise<void> {
  const { files, refused } = await job.tree.list();
  const isBelow = (path: string) => folder === "" || path.startsWith(`${folder}/`);
  for (const { path, message } of refused)
    if (isBelow(path)) {
      problem(job, { severity: "warning", message: `${path} was not read: ${message}`, file: path });
      job.collected.brokenFiles.add(path);
    }
  const below = files.filter((file) => isBelow(file.path));
  if (below.length === 0)
    problem(job, {
      severity: "warning",
      message: folder ? `The folder ${folder} holds no YAML file` : "There is no YAML file here",
    });
  for (const file of below) push(job, { id: file.path, isScanned: true, onAbsent: null });
}

function problem(job: Job, found: Partial<FoundProblem> & Pick<FoundProblem, "severity" | "message">): void {
  const nothing = { ref: null, file: null, line: null, column: null, path: null };
  job.collected.problems.push({ ...nothing, ...found });
}

async function readFileOf(job: Job, pending: Pending): Promise<void> {
  const { id } = pending;
  let text: string;
  try {
    text = await job.named.read(id);
  } catch (error) {
    return tellUnread(job, pending, error);
  }
  job.bytes += text.length;
  if (job.bytes > treeLimits.totalBytes) {
    const message = `${id} was not read: ${tooMuch}`;
    return problem(job, { severity: "error", message, file: id });
  }
  if (pending.isScanned) {
    const look = lookOf(id, text);
    if (look !== "catalogue") {
      job.passedOver.set(id, look);
      return;
    }
  }
  for (const item of readDocuments(text)) {
    if (item.ok) await takeDocument(job, id, item.document);
    else {
      const { message, position } = item.problem;
      problem(job, { severity: "error", message, file: id, ...position });
      // An unreadable document of the one file may be the Location that names all others.
      job.collected.brokenFiles.add(pending.isStart ? wholeTree : id);
    }
    await job.letOthersRun();
  }
}

function tellUnread(job: Job, pending: Pending, error: unknown): void {
  const { id } = pending;
  const reason = reasonOf(error);
  const isAbsent = error instanceof FileRefusal && error.isAbsent;
  if (!isAbsent) {
    job.collected.brokenFiles.add(id);
    if (pending.isStart) throw invalid(`${id} was not read: ${reason}`, "target");
  }
  const severity = pending.isScanned ? "warning" : "error";
  if (pending.onAbsent) pending.onAbsent(reason);
  else problem(job, { severity, message: `${id} was not read: ${reason}`, file: id });
}

async function takeDocument(job: Job, file: string, document: SourceDocument): Promise<void> {
  const { entry, problems, references, verdict, value } = await judgeEntry(
    document,
    placeOf(job, file, document),
    async (target) => {
      const text = await job.named.readBeside(file, target);
      job.bytes += text.length;
      if (job.bytes > treeLimits.totalBytes) throw new FileRefusal(tooMuch);
      return text;
    },
  );
  if (entry && job.definesPeople === false && ["group", "user"].includes(entry.kind.toLowerCase()))
    return problem(job, {
      severity: "warning",
      message: peopleRefused,
      ref: entry.ref,
      file,
      ...document.start,
    });
  job.collected.problems.push(...problems);
  job.collected.references.push(...references);
  if (!entry) return;
  job.collected.entries.push(entry);
  if (verdict.verdict === "valid" && verdict.ref?.kind === "Location")
    await takeTargets(job, file, document, value);
}

function placeOf(job: Job, file: string, document: SourceDocument): DocumentPlace {
  const url = isWeb(file) ? file : job.tree.urlOf(file);
  return {
    file,
    line: document.start.line,
    url,
    managedBy: isWeb(file) ? `url:${file}` : job.tree.nameOf(file),
    origin: job.origin,
    annotations: isWeb(file) ? undefined : job.tree.annotations,
  };
}

async function takeTargets(
  job: Job,
  file: string,
  document: SourceDocument,
  location: Record<string, unknown>,
): Promise<void> {
  const spec = (location.spec ?? {}) as {
    type?: string;
    target?: string;
    targets?: string[];
    presence?: string;
  };
  const named = [
    ...(spec.target ? [{ target: spec.target, pointer: "/spec/target" }] : []),
    ...(spec.targets ?? []).map((target, index) => ({ target, pointer: `/spec/targets/${index}` })),
  ];
  const ref = verdictRef(validateEntity(location));
  for (const { target, pointer } of named) {
    const tell = (reason: string) => {
      if (spec.presence === "optional" && /no such file/.test(reason)) return;
      const message = `The target ${target} was not read: ${reason}`;
      problem(job, { severity: "error", message, ref, file, path: pointer, ...document.locate(pointer) });
    };
    if (spec.type && spec.type !== "url" && spec.type !== "file") {
      tell(`locations of the type "${spec.type}" are not followed`);
      continue;
    }
    try {
      for (const id of await job.named.expand(file, target))
        push(job, { id, isScanned: false, onAbsent: tell });
    } catch (error) {
      tell(reasonOf(error));
    }
  }
}

function tellPassedOver(job: Job): void {
  const tell = (look: Look, sentence: (paths: string) => string) => {
    const paths = [...job.passedOver].filter(([, found]) => found === look).map(([path]) => path);
    if (paths.length === 0) return;
    const more = paths.length > 3 ? ` and ${paths.length - 3} more` : "";
    problem(job, { severity: "info", message: sentence(paths.slice(0, 3).join(", ") + more) });
  };
  tell("skeleton", (paths) => `Skeletons of templates were not read: ${paths}`);
  tell(
    "foreign",
    (paths) =>
      `Files with kinds of another system were not read: ${paths}. Name one in a Location to import it`,
  );
}
