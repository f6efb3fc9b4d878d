import { createCipheriv, hkdfSync, randomBytes, randomUUID } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { migrationsFolder, prepareExtensions } from "#db/migrate.ts";
import type { Db } from "#db/types.ts";

/** The schema as the first `count` migrations left it: what the release of that time had. */
export async function migrateOnly(db: Db, count: number, scratch: string): Promise<void> {
  const folder = join(scratch, `migrations-${randomUUID()}`);
  cpSync(migrationsFolder(), folder, { recursive: true });
  const journalFile = join(folder, "meta/_journal.json");
  const journal = JSON.parse(readFileSync(journalFile, "utf8")) as { entries: unknown[] };
  journal.entries = journal.entries.slice(0, count);
  writeFileSync(journalFile, JSON.stringify(journal));
  await prepareExtensions(db);
  await migrate(db as unknown as PostgresJsDatabase, { migrationsFolder: folder });
  rmSync(folder, { recursive: true });
}

export const firstSecret = "whsec-of-the-first-release";

/** The key file as the first release wrote it: the bare key. */
export function writeFirstKey(dataDir: string): string {
  const key = randomBytes(32).toString("base64url");
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(join(dataDir, "secret-key"), key, { mode: 0o600 });
  return key;
}

/** A sealed value as the first release wrote it: version byte 1, nonce, tag, ciphertext under a key derived by HKDF. */
function sealFirst(key: string, id: string): Buffer {
  const nonce = randomBytes(12);
  const derived = Buffer.from(hkdfSync("sha256", key, "", "milepost secrets v1", 32));
  const cipher = createCipheriv("aes-256-gcm", derived, nonce);
  cipher.setAAD(Buffer.from(`connection_secrets\u0000${id}\u0000sealed`));
  const body = Buffer.concat([cipher.update(firstSecret, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.from([1]), nonce, cipher.getAuthTag(), body]);
}

/** Rows of every kind as the first release (migration 0000_start) had them, written with the columns of that time. */
export async function fillFirstRelease(db: Db, key: string): Promise<void> {
  const secretId = randomUUID();
  const rows = sql`
    insert into installation (mode, demo_state) values ('evaluation', 'none');
    insert into users (id, name, role, person_ref, tour_finished_at) values
      ('00000000-0000-4000-8000-000000000001', 'Ada', 'admin', 'user:default/ada', '2026-02-01T00:00:00Z'),
      ('00000000-0000-4000-8000-000000000002', 'Ben', 'developer', null, null);
    insert into sessions (token_hash, user_id, expires_at, user_agent)
      values ('\\x01', '00000000-0000-4000-8000-000000000001', '2099-01-01', 'Firefox');
    insert into api_tokens (name, token_hash, hint, role, scopes, created_by, created_by_name, expires_at)
      values ('CI', '\\x02', 'abcd', 'developer', '{read,write}', '00000000-0000-4000-8000-000000000001', 'Ada', '2099-01-01');
    insert into notifications (user_id, subject, title, reason, href)
      values ('00000000-0000-4000-8000-000000000002', 'deployment:1', 'A title', 'Yours', '/');
    insert into events (type, actor_kind, actor_name, subject_type, subject_id, payload)
      select (array['token.created', 'location.registered', 'demo.loaded'])[n % 3 + 1], 'system', 'Start',
        (array['token', 'location', 'demo'])[n % 3 + 1], n::text, jsonb_build_object('n', n, 'text', E'a\\tb\\nc \\u2028')
      from generate_series(1, 40) n;
    insert into connections (id, kind, name) values ('00000000-0000-4000-8000-0000000000c1', 'github', 'GitHub');
    insert into locations (id, type, target, state, created_by)
      values ('00000000-0000-4000-8000-0000000000a1', 'git', 'https://git.example.com/a', 'imported', 'Ada');
    insert into entities (location_id, ref, kind, kind_key, namespace, namespace_key, name, name_key, display_key,
        api_version, tags, verdict, file, line, content_hash, created_at, updated_at, search_text, search_words)
      select '00000000-0000-4000-8000-0000000000a1', 'component:default/s' || n, 'Component', 'component', 'default', 'default',
        's' || n, 's' || n, 's' || n, 'backstage.io/v1alpha1', '{a,"b c"}', 'valid', 'catalog-info.yaml', n, md5(n::text),
        '2026-01-01', '2026-01-02', 's' || n, to_tsvector('simple', 'service s' || n)
      from generate_series(1, 25) n;
    insert into entity_bodies (entity_id, head, relations, yaml) select id, '{"kind":"Component"', '[]', 'kind: Component' from entities;
    insert into entity_fields (entity_id, key, value) select id, 'spec.type', 'service' from entities;
    insert into entity_relations (origin_id, source_ref, type, target_ref) select id, ref, 'ownedBy', 'group:default/a' from entities;
    insert into repositories (id, full_name, slug, default_branch, observed_since, is_demo, as_of, as_of_guid)
      values ('github.com:1', 'acme/a', 'acme/a', 'main', '2026-01-01', false, '2026-01-01', 'g');
    insert into deployments (repository_id, number, environment, tier, sha, ref, task, created_at, succeeded_at, as_of, as_of_guid)
      select 'github.com:1', n, 'production', 'production', md5(n::text), 'main', 'deploy', '2026-01-01', '2026-01-02', '2026-01-01', 'g'
      from generate_series(1, 30) n;
    insert into webhook_deliveries (hook_key, guid, event, body, body_sha256, body_size, headers, state, next_try_at, received_at)
      select 'hook:1', n::text, 'ping', convert_to('{"zen":"' || n || '"}', 'UTF8'), sha256(n::text::bytea), 10, '{"a":"b"}',
        case n when 1 then 'pending' else 'done' end, case n when 1 then now() end, '2026-01-01'
      from generate_series(1, 30) n`;
  await db.execute(rows);
  await db.execute(sql`insert into connection_secrets (id, connection_id, purpose, sealed)
    values (${secretId}, '00000000-0000-4000-8000-0000000000c1', 'webhook', ${sealFirst(key, secretId)})`);
}
