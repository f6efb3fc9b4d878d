// The invariants (I1 to I17 of the reliability goals, as far as the product has what they speak of), read straight from
// the database and compared with the sender's own book. Knows the tables, but no code of the portal.
import { createHash } from "node:crypto";

/** Attempts until a webhook is given up, and the longest that one may wait for its next: 5 · 4³ s and half of it. */
const mostAttempts = 5;
const longestWaitSeconds = 490;

const tables = [
  "repositories",
  "deployments",
  "pull_requests",
  "pull_request_reviews",
  "pushes",
  "commits",
  "incidents",
  "workflow_runs",
  "releases",
];

/** One hash of all that webhooks have left, without what depends on when they came, and without poisoned repositories. */
export async function stateHash(sql) {
  const hash = createHash("sha256");
  for (const table of tables) {
    const rows = await sql.unsafe(
      `select (to_jsonb(t) - 'observed_since')::text as row from ${table} t
       where coalesce(to_jsonb(t)->>'repository_id', to_jsonb(t)->>'id') !~ ':91[0-9]{5}$' order by 1`,
    );
    hash.update(`${table}\n${rows.map(({ row }) => row).join("\n")}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}

/** I1, I2: what was accepted is there, once, with the same bytes; what was forged is not. */
export async function checkStored(sql, book) {
  const problems = [];
  const rows = await sql`
    select guid, encode(sha256(body), 'hex') as digest, encode(body_sha256, 'hex') as noted, conflict_of
    from webhook_deliveries where not is_demo`;
  const byGuid = Map.groupBy(rows, ({ guid }) => guid);
  let lost = 0;
  for (const [guid, digest] of book.accepted) {
    const found = byGuid.get(guid) ?? [];
    if (!found.some((row) => row.digest === digest)) lost += 1;
  }
  if (lost > 0)
    problems.push(`I1: ${lost} of ${book.accepted.size} accepted webhooks are not stored as they were sent`);
  const twice = [...byGuid.values()].filter((found) => found.length > 1).length;
  if (twice > 0) problems.push(`I2: ${twice} webhooks are stored more than once`);
  const wrong = rows.filter((row) => row.digest !== row.noted).length;
  if (wrong > 0) problems.push(`I1: ${wrong} stored webhooks have another SHA-256 than the one beside them`);
  const known = new Set(book.answers.map(({ guid }) => guid));
  const strange = [...byGuid.keys()].filter((guid) => !known.has(guid)).length;
  if (strange > 0)
    problems.push(`Signature: ${strange} webhooks are stored that were never sent with a right signature`);
  const let_in = book.forged.filter(({ status }) => status >= 200 && status < 300).length;
  if (let_in > 0) problems.push(`Signature: ${let_in} forged webhooks were accepted`);
  return problems;
}

/** I3: every webhook is finished, or due in time. */
export async function checkInbox(sql) {
  const rows = await sql`
    select state, count(*)::int as count from webhook_deliveries
    where not (
      (state = 'done' and finished_at is not null) or (state in ('ignored', 'unreadable', 'failed', 'conflict') and reason is not null)
      or (state = 'pending' and attempts <= ${mostAttempts} and next_try_at < now() + make_interval(secs => ${longestWaitSeconds})))
    group by state`;
  return rows.map(({ state, count }) => `I3: ${count} webhooks are ${state} without what belongs to that`);
}

/** I7, I8: nobody takes what another still holds, attempts only grow, and only the last taker finishes. */
export async function checkLeases(sql) {
  const problems = [];
  const [log] = await sql`
    with log as (
      select *, lag(who) over w as last_who, max(attempts) over (partition by guid order by n) as highest
      from faults.lease_log window w as (partition by guid order by n))
    select
      count(*) filter (where attempts > attempts_before and attempts_before > 0 and due_before > at)::int as early,
      count(*) filter (where attempts < highest)::int as backwards,
      count(*) filter (where state_before <> 'pending')::int as twice,
      count(*) filter (where attempts = attempts_before and state_before = 'pending' and state <> 'pending'
        and state <> 'failed' and last_who is not null
        and split_part(last_who, '@', 2) <> split_part(who, '@', 2))::int as stale
    from log`;
  if (log.early > 0) problems.push(`I7: ${log.early} webhooks were taken while another lease ran`);
  if (log.backwards > 0) problems.push(`I8: ${log.backwards} rows were written under an older fence`);
  if (log.twice > 0) problems.push(`I8: ${log.twice} finished webhooks were written again`);
  if (log.stale > 0)
    problems.push(`I8: ${log.stale} webhooks were finished by a worker that no longer held them`);
  const [runs] = await sql`
    with log as (select *, max(run) over (partition by location order by n) as highest from faults.run_log),
    takers as (select location, run, n, who from faults.run_log where run > run_before)
    select
      (select count(*)::int from log where run < highest) as backwards,
      (select count(*)::int from faults.run_log l join takers t using (location, run)
        where l.n > t.n and l.who like 'milepost-worker@%'
        and split_part(l.who, '@', 2) <> split_part(t.who, '@', 2)) as stale`;
  if (runs.backwards > 0) problems.push(`I8: ${runs.backwards} imports were written under an older run`);
  if (runs.stale > 0)
    problems.push(`I8: An import was written ${runs.stale} times by a worker that no longer held it`);
  return problems;
}

/** I9: no job hangs; `active` ones have shown life within a minute. */
export async function checkJobs(sql) {
  const rows = await sql`
    select name, state::text as state, count(*)::int as count from jobs.job
    where retry_count > retry_limit
      or (state::text = 'active' and coalesce(heartbeat_on, started_on) < now() - interval '60 seconds')
      or (state::text in ('created', 'retry') and start_after < now() - interval '90 seconds')
    group by name, state`;
  return rows.map(({ name, state, count }) => `I9: ${count} jobs ${name} hang in state ${state}`);
}

/** I5 by the sender's own reckoning: each object stands in the tables as its last webhook says. */
export async function checkRows(sql, expected) {
  const problems = [];
  const time = (column) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  const queries = {
    deployments: `number, sha, ${time("created_at")} as created, ${time("started_at")} as started,
      ${time("coalesce(succeeded_at, failed_at)")} as end, succeeded_at is not null as "isGood"`,
    pull_requests: `number, title, state, ${time("merged_at")} as merged, merge_sha as sha`,
    commits: "sha as number, title",
    incidents: `number, ${time("opened_at")} as opened, ${time("closed_at")} as closed`,
    workflow_runs: "number, status, conclusion",
  };
  for (const [table, rows] of expected) {
    const found = await sql.unsafe(
      `select repository_id, ${queries[table]} from ${table} where repository_id !~ ':91[0-9]{5}$'`,
    );
    const byKey = new Map(
      found.map(({ repository_id, number, ...rest }) => [`${repository_id} ${number}`, rest]),
    );
    const wrong = [...rows].filter(([key, value]) => {
      const row = byKey.get(key);
      return !row || Object.entries(value).some(([name, wanted]) => row[name] !== wanted);
    });
    if (wrong.length > 0)
      problems.push(`I5: ${wrong.length} of ${rows.size} ${table} are missing or wrong, as ${wrong[0][0]}`);
    if (byKey.size !== rows.size) problems.push(`I5: ${byKey.size} ${table} instead of ${rows.size}`);
  }
  return problems;
}

/** I4, I13: each import has brought its entries once, and each has its event. */
export async function checkImports(sql, catalogues) {
  const problems = [];
  for (const { folder, refs } of catalogues) {
    const found = await sql`
      select e.ref from entities e join locations l on l.id = e.location_id
      where l.target = ${folder} and e.file_gone_at is null order by e.ref collate "C"`;
    const have = found.map(({ ref }) => ref);
    if (have.join() !== refs.join())
      problems.push(`I5: ${have.length} entries of ${folder} instead of ${refs.length}`);
    const [events] = await sql`
      select count(*) filter (where type = 'location.registered')::int as registered,
        count(*) filter (where type = 'location.imported' and (payload->>'added')::int > 0)::int as effects,
        count(*) filter (where type = 'location.failed')::int as failures
      from events where subject_id = (select id::text from locations where target = ${folder})`;
    if (events.registered !== 1) problems.push(`I13: ${events.registered} events of one registration`);
    if (events.effects !== 1)
      problems.push(`I4: ${events.effects} imports brought the entries of ${folder} instead of one`);
    if (events.failures > 0)
      problems.push(`An import failed ${events.failures} times in the eyes of its users`);
  }
  return problems;
}

/** I15: whoever is disabled has no session. */
export async function checkSessions(sql) {
  const [row] = await sql`
    select count(*)::int as count from sessions s join users u on u.id = s.user_id
    where u.disabled_at is not null and s.expires_at > now()`;
  return row.count > 0 ? [`I15: ${row.count} live sessions of disabled users`] : [];
}

/** I17: no session sits in an open transaction. */
export async function checkTransactions(sql) {
  const rows = await sql`
    select application_name as name from pg_stat_activity
    where state like 'idle in transaction%' and state_change < now() - interval '5 seconds'
      and application_name not like 'faults%'`;
  return rows.map(({ name }) => `I17: ${name} sits in an open transaction`);
}

/** I12: no secret in any row of the database, plain or as bytes, nor in what was logged or answered. */
export async function checkCanaries(sql, canaries, texts) {
  const problems = [];
  const pattern = canaries.flatMap((one) => [one, Buffer.from(one).toString("hex")]).map((one) => `%${one}%`);
  const all = await sql`
    select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'jobs', 'drizzle')`;
  for (const { name } of all) {
    const [row] = await sql.unsafe(
      `select count(*)::int as count from ${name} t where t::text like any ($1)`,
      [pattern],
    );
    if (row.count > 0) problems.push(`I12: ${row.count} rows of ${name} hold a secret in plain`);
  }
  for (const [name, text] of texts)
    for (const canary of canaries)
      if (text.includes(canary)) problems.push(`I12: ${name} holds a secret in plain`);
  return problems;
}
