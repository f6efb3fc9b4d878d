import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { seriesRegistry } from "#server/observe/series.ts";
import { test } from "#server/testing/database.ts";
import { makeFigures } from "./metrics-figures.ts";

const render = () => seriesRegistry().metrics();

test("figures are what the rows say, and absent where there is nothing to say", async ({ db }) => {
  const webhook = (guid: string, state: string, minutes: number) => sql`
    insert into webhook_deliveries (hook_key, guid, event, body, body_sha256, body_size, headers, state, next_try_at, received_at)
    values ('hook:1', ${guid}, 'ping', '', '', 0, '{}', ${state}, ${state === "pending" ? sql`now()` : sql`null`},
      now() - make_interval(mins => ${minutes}))`;
  for (const [guid, state, minutes] of [
    ["a", "pending", 10],
    ["b", "pending", 2],
    ["c", "failed", 60],
    ["d", "done", 90],
  ] as const)
    await db.execute(webhook(guid, state, minutes));
  await db.execute(sql`insert into backups (path, reason, state, finished_at) values
    ('/a', 'schedule', 'done', to_timestamp(1000)), ('/b', 'schedule', 'removed', to_timestamp(500))`);
  await makeFigures(db).refresh();
  const text = await render();
  expect(text).toContain("milepost_figures_up 1");
  expect(text).toContain('milepost_inbox_webhooks{state="pending"} 2');
  expect(text).toContain('milepost_inbox_webhooks{state="failed"} 1');
  expect(text).toContain('milepost_inbox_webhooks{state="conflict"} 0');
  expect(text).not.toContain('state="done"');
  expect(Number(/^milepost_inbox_oldest_pending_seconds (\S+)/m.exec(text)?.[1])).toBeGreaterThanOrEqual(600);
  expect(text).toContain("milepost_backup_last_success_timestamp_seconds 1000");
  expect(text).not.toMatch(/^milepost_backup_last_failure_timestamp_seconds \d/m);
  expect(text).not.toMatch(/^milepost_audit_chain_intact \d/m);
  expect(text).toContain('milepost_jobs{queue="github-interpret-inbox",state="waiting"} 0');
  expect(text).toMatch(/milepost_database_connections\{program="other",state="active"\} \d/);
});

test("the audit log's streams are read by leaps, each with its last position", async ({ db }) => {
  await db.execute(sql`insert into events (type, actor_kind, actor_name, subject_type, subject_id)
    select subject || '.tested', 'system', 'Test', subject, 'x'
    from (values ('alpha', 3), ('beta', 1), ('gamma', 7)) as streams(subject, count), generate_series(1, count)`);
  await makeFigures(db).refresh();
  const found = (await render()).match(/^milepost_audit_chain_position\{stream="(alpha|beta|gamma)"\}.*$/gm);
  expect(found?.toSorted()).toEqual([
    'milepost_audit_chain_position{stream="alpha"} 3',
    'milepost_audit_chain_position{stream="beta"} 1',
    'milepost_audit_chain_position{stream="gamma"} 7',
  ]);
});

test("however many scrape, the database is asked once in a while", async ({ db }) => {
  let asked = 0;
  const counting = new Proxy(db, {
    get: (target, name) => {
      if (name === "execute") asked += 1;
      return Reflect.get(target, name);
    },
  });
  const figures = makeFigures(counting);
  await Promise.all([figures.refresh(), figures.refresh()]);
  const once = asked;
  expect(once).toBeGreaterThan(5);
  await figures.refresh();
  expect(asked).toBe(once);
});

test("a database that fails leaves no old figures behind", async ({ db }) => {
  await makeFigures(db).refresh();
  expect(await render()).toMatch(/^milepost_sessions_live \d/m);
  const broken = new Proxy(db, {
    get: (target, name) =>
      name === "execute" ? () => Promise.reject(new Error("gone")) : Reflect.get(target, name),
  });
  await makeFigures(broken).refresh();
  const text = await render();
  expect(text).toContain("milepost_figures_up 0");
  expect(text).not.toMatch(/^milepost_(sessions_live|jobs|inbox_webhooks)[ {].*\d$/m);
});
