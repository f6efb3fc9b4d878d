import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import type { Command } from "commander";
import { sql } from "drizzle-orm";
import { openPool } from "#db/client.ts";
import { abilityWords, type Owner } from "#server/connections/model.ts";
import { saveTokenConnection } from "#server/connections/save-connection.ts";
import { testConnection } from "#server/connections/test-connection.ts";
import { systemActor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { readEnv } from "#server/core/env.ts";
import { currentKeyring } from "#server/core/keyring.ts";
import type { Outside } from "#server/core/outside.ts";
import { outsideForImports } from "#server/core/outside-settings.ts";
import { importHistory } from "#server/delivery/import-history.ts";
import { declineDemo } from "#server/demo/decline-demo.ts";
import { discoveryStepWords } from "#server/discovery/model.ts";
import { readDiscovery } from "#server/discovery/reads/read-discovery.ts";
import { runDiscovery } from "#server/discovery/run-discovery.ts";
import { withDatabase } from "#server/start/with-database.ts";
import { CommandFailed, type Output } from "./output.ts";

type Options = {
  tokenFile?: string;
  token?: string;
  url: string;
  privateRange: string[];
  ca?: string;
  start: boolean;
  json?: boolean;
};

/** What was found, for `--json` and for the lines. */
/** So far back is read at first; the portal's own page reaches further. */
const historyDays = 90;

export type Tried = {
  organization: string;
  connectionId: string;
  repositories: number;
  withFile: number;
  proposals: number;
  services: number;
  owned: number;
  teams: number;
  people: number;
  deployments: number;
  /** Repositories whose past is not read to the end. */
  repositoriesWaiting: number;
  seconds: number;
  notes: string[];
};

/** `milepost try`: the own organisation in minutes, by a token that only reads; nothing has to reach this machine. */
export function tryCommand(program: Command, output: Output): void {
  program
    .command("try")
    .description(
      "fills an evaluation with your own organisation: services, owners and 90 days of deployments",
    )
    .argument("<organisation>", "an organisation or a person, as in the address of the host")
    .option("--token-file <file>", "a file with a personal token that may read; else MILEPOST_TRY_TOKEN")
    .option("--token <->", 'only "-": the token is read from standard input')
    .option("--url <url>", "the host, where it is not github.com", "https://github.com")
    .option("--private-range <cidr...>", "private addresses that it may have", [])
    .option("--ca <file>", "certificate of its own authority, in PEM")
    .option("--no-start", "only read; do not start the portal afterwards")
    .option("--json", "print one JSON document; implies --no-start")
    .action((organization: string, options: Options) => tryOut(organization, options, output));
}

async function tryOut(organization: string, options: Options, output: Output): Promise<void> {
  const token = await readToken(options);
  const ca = options.ca ? await readFile(options.ca, "utf8") : null;
  // The demo organisation would stand in the way of the own one.
  process.env.MILEPOST_DEMO ??= "0";
  const tried = await withDatabase(async (url) => {
    // Progress and the lease of a look are written beside the transactions that save.
    const pool = openPool(url, { max: 8, name: "milepost-cli" });
    try {
      const ctx = { db: pool.db, actor: systemActor("Command line"), now: () => new Date() };
      const network = { webUrl: options.url, ca, privateRanges: options.privateRange };
      return await tryNow(
        ctx,
        outsideForImports(readEnv()),
        { organization, token, network },
        output.progress,
      );
    } finally {
      await pool.end();
    }
  }, output.progress);
  if (options.json) return output.document(tried);
  for (const line of linesOf(tried)) output.line(line);
  if (options.start) await startPortal(output);
  else output.progress("Start the portal with: npm start");
}

/** Never from an argument: those are seen by everybody on the machine, and stay in the shell's history. */
async function readToken(options: Options): Promise<string> {
  if (options.token !== undefined && options.token !== "-")
    throw new CommandFailed(
      "A token in an argument can be seen by others: use --token-file FILE, MILEPOST_TRY_TOKEN, or --token - to read it from standard input. Make a new one in place of this one",
    );
  const given = options.tokenFile
    ? await readFile(options.tokenFile, "utf8")
    : options.token === "-"
      ? await readAll(process.stdin)
      : process.env.MILEPOST_TRY_TOKEN;
  const token = given?.trim();
  if (token) return token;
  throw new CommandFailed(
    "A token is needed: make one that may read repositories, organisation members and deployments, then use --token-file FILE, MILEPOST_TRY_TOKEN or --token -",
  );
}

type Wanted = {
  organization: string;
  token: string;
  network: { webUrl: string; ca: string | null; privateRanges: string[] };
};

export async function tryNow(
  ctx: Ctx,
  outside: Outside,
  { organization, token, network }: Wanted,
  progress: (line: string) => void,
): Promise<Tried> {
  const began = performance.now();
  await declineDemo(ctx);
  const name = `${organization} (tried out)`;
  const form = { kind: "github" as const, name, token, ...network };
  const { owners, notes } = await findOwner(ctx, outside, { ...form, organization });
  const id = await knownConnection(ctx, name);
  const saved = await saveTokenConnection(
    ctx,
    { ...form, ...(id ? { id } : {}), owners, reservePercent: 10 },
    currentKeyring(),
  );
  const connectionId = saved.id;
  const signal = new AbortController().signal;
  await whileTelling(ctx, connectionId, progress, () =>
    runDiscovery({ ctx, outside, signal }, { connectionId }),
  );
  const history = await importHistory(
    {
      ctx,
      outside,
      signal,
      onProgress: (done, total) => {
        if (done % 50 === 0 || done === total)
          progress(`Reading deployments (${done} of ${total} repositories)`);
      },
    },
    { connectionId, reachDays: historyDays },
  );
  const { items } = await readDiscovery(ctx);
  const item = items.find((one) => one.connectionId === connectionId);
  if (item?.state === "failed") throw new CommandFailed(item.failure ?? "The organisation could not be read");
  for (const trouble of [
    item?.state === "paused" ? item.failure : null,
    item?.peopleTrouble,
    item?.readersTrouble,
    history.trouble,
  ])
    if (trouble) notes.push(trouble);
  return {
    organization,
    connectionId,
    repositories: item?.repositories.all ?? 0,
    withFile: item?.repositories.withFile ?? 0,
    proposals: item?.openProposals ?? 0,
    ...(await countEntries(ctx, connectionId)),
    deployments: history.deployments,
    repositoriesWaiting: history.waiting,
    seconds: Math.round((performance.now() - began) / 100) / 10,
    notes: [...new Set(notes)],
  };
}

/** Nothing of an evaluation writes. */
const writing = new Set(
  (["writeChecks", "writePullRequests", "writeContents"] as const).map(
    (ability) => abilityWords[ability].name,
  ),
);

type Form = Parameters<typeof saveTokenConnection>[1] & { organization: string };

async function findOwner(
  ctx: Ctx,
  outside: Outside,
  { organization, ...form }: Form,
): Promise<{ owners: Owner[]; notes: string[] }> {
  const wanted = [{ login: organization, type: "organization" as const }];
  const { checks, owners } = await testConnection(
    ctx,
    outside,
    { ...form, auth: "token", owners: wanted },
    currentKeyring,
  );
  const failed = checks.find(({ state }) => state === "failed");
  if (failed || owners.length === 0)
    throw new CommandFailed(`${failed?.name ?? organization}: ${failed?.message ?? "it was not found"}`);
  return {
    owners,
    notes: checks
      .filter(({ state, name }) => state === "warning" && !writing.has(name))
      .map(({ name, message }) => `${name}: ${message}`),
  };
}

/** Of an earlier try: it goes on with that. */
async function knownConnection(ctx: Ctx, name: string): Promise<string | null> {
  const [row] = await ctx.db.execute<{ id: string }>(
    sql`select id from connections where kind = 'github' and name = ${name}`,
  );
  return row?.id ?? null;
}

/** Tells how far the search is while it runs, whoever does it: a portal that runs may have taken it up first. */
async function whileTelling(
  ctx: Ctx,
  connectionId: string,
  progress: (line: string) => void,
  work: () => Promise<void>,
): Promise<void> {
  let last = "";
  const timer = setInterval(() => {
    void readDiscovery(ctx)
      .then(({ items }) => {
        const item = items.find((one) => one.connectionId === connectionId);
        if (!item?.step) return;
        const line = `${discoveryStepWords[item.step]}${item.total > 0 ? ` (${item.done} of ${item.total})` : ""}`;
        if (line !== last) progress(line);
        last = line;
      })
      .catch(() => {});
  }, 2_000);
  try {
    await work();
    await untilOver(ctx, connectionId);
  } finally {
    clearInterval(timer);
  }
}

async function untilOver(ctx: Ctx, connectionId: string): Promise<void> {
  for (;;) {
    const [row] = await ctx.db.execute<{ state: string }>(
      sql`select state from discovery_runs where connection_id = ${connectionId}`,
    );
    if (row?.state !== "running" && row?.state !== "waiting") return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function countEntries(ctx: Ctx, connectionId: string) {
  const [row] = await ctx.db.execute<{ services: number; owned: number; teams: number; people: number }>(sql`
    select count(*) filter (where e.kind_key = 'component')::int as services,
      count(*) filter (where e.kind_key = 'component' and o.id is not null)::int as owned,
      count(*) filter (where e.kind_key = 'group')::int as teams,
      count(*) filter (where e.kind_key = 'user')::int as people
    from entities e join locations l on l.id = e.location_id left join entities o on o.ref = e.owner_ref
    where l.connection_id = ${connectionId} and e.file_gone_at is null`);
  return row ?? { services: 0, owned: 0, teams: 0, people: 0 };
}

function linesOf(tried: Tried): string[] {
  return [
    `${tried.repositories} repositories looked at in ${tried.seconds} s: ${tried.withFile} with a catalog file, ${tried.proposals} found without one (see /catalog/discovered)`,
    `${tried.services} services and other components, ${tried.owned} of them with an owner who is known; ${tried.teams} teams, ${tried.people} people`,
    `${tried.deployments} deployments of the last ${historyDays} days${tried.repositoriesWaiting > 0 ? `; ${tried.repositoriesWaiting} repositories are not read to the end yet: it goes on by itself` : ""}`,
    ...tried.notes.map((note) => `To know: ${note}`),
  ];
}

/** As `npm start` does; the terminal is the portal's from here on. */
async function startPortal(output: Output): Promise<void> {
  const root = process.env.MILEPOST_ROOT;
  if (!root) return output.progress("Start the portal with: npm start");
  const child = spawn(process.execPath, [join(root, "server/start/main.mjs")], { stdio: "inherit" });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code !== 0) throw new CommandFailed("");
}
