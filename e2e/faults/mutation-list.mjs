// What is broken on purpose: where in the built programs, which case has to notice, on which of its repetitions, and by
// which words. Patterns are of the bundles' text, so a renamed function shows as "nothing to change".

const nothing = "";

/** The queue lets one job of the inbox run at a time, which covers for leases: without that they have to hold by themselves. */
const manyAtATime = "update jobs.queue set policy = 'standard' where name = 'github-interpret-inbox'";

export const mutations = [
  {
    name: "a webhook is acknowledged after its commit",
    case: "2",
    reps: [1],
    tells: /I1: .* are not stored/,
    patches: [
      {
        from: /const fresh = await storeNew\(\s*ctx,/,
        to: `for (const one of sorted) one.resolve({ status: "stored", id: 0 });
             const fresh = await storeNew(ctx,`,
      },
    ],
  },
  {
    name: "a webhook's key is unique",
    case: "3",
    reps: [1],
    tells: /I2: .* stored more than once/,
    patches: [{ from: /on conflict \(hook_key, guid\) where conflict_of is null do nothing/, to: nothing }],
    prepare: "drop index webhook_deliveries_key",
  },
  {
    name: "the commit of a webhook waits for the disk",
    case: "11",
    reps: [1, 3],
    tells: /I1: .* are not stored/,
    patches: [
      {
        from: /set_config\('synchronous_commit', 'on', true\)\) = 'on'/,
        to: "set_config('synchronous_commit', 'off', true)) = 'off'",
      },
    ],
  },
  {
    name: "a signature is compared",
    case: "26",
    reps: [1],
    tells: /Signature: .* forged webhooks were accepted/,
    patches: [{ from: /return secrets\.find\(.*\) \?\? null;/, to: "return secrets[0];" }],
  },
  {
    name: "a retired secret no longer counts",
    case: "26",
    reps: [1],
    tells: /with the removed secret were not refused/,
    patches: [{ from: /isNull\d*\(connectionSecrets\.retiredAt\),/g, to: nothing }],
  },
  {
    name: "a claim is a lease",
    case: "15",
    reps: [1, 3],
    tells: /I7: .* taken twice/,
    patches: [{ from: /secs => \$\{leaseSeconds\}/, to: "secs => 0" }],
    prepare: manyAtATime,
  },
  {
    name: "what a dead worker held is taken over",
    case: "4",
    reps: [1],
    tells: /Not back to normal/,
    patches: [
      { from: /var leaseSeconds = \d+;/, to: "var leaseSeconds = 900;" },
      { from: /await releaseDeadClaims\(ctx\d*\);/, to: nothing },
    ],
  },
  {
    name: "leases go by the database's clock",
    case: "15",
    reps: [1, 7],
    tells: /I7: /,
    patches: [
      {
        from: /lte\d*\(webhookDeliveries\.nextTryAt, sql\d*`now\(\)`\)/g,
        to: "lte(webhookDeliveries.nextTryAt, new Date())",
      },
    ],
    prepare: manyAtATime,
  },
  {
    name: "a worker that lost its lease finishes nothing",
    case: "9",
    reps: [1],
    tells: /I8: /,
    patches: [
      {
        from: /where d\.id = o\.id and d\.attempts = o\.attempts and d\.state = 'pending'/,
        to: "where d.id = o.id",
      },
    ],
  },
  {
    name: "an import that was taken over writes nothing",
    case: "9",
    reps: [4],
    tells: /I8: /,
    patches: [
      {
        from: /eq\d*\(locations\.run, claim\.run\), eq\d*\(locations\.state, "running"\)/,
        to: nothing,
      },
    ],
  },
  {
    name: "facts and outcome are one transaction",
    case: "5",
    reps: [1],
    tells: /I5: /,
    patches: [
      {
        from: /if \(facts\.length > 0\) await interpreter\.write\(tx, facts\);\s+await writeOutcomes\(tx, reads\);/,
        to: "await writeOutcomes(ctx, reads); if (facts.length > 0) await interpreter.write(tx, facts);",
      },
    ],
  },
  {
    name: "an import leaves its event",
    case: "4",
    reps: [2],
    tells: /I4: 0 imports/,
    patches: [{ from: /type: "location\.imported"/, to: 'type: "location.forgotten"' }],
  },
  {
    name: "SIGTERM ends the worker",
    case: "8",
    reps: [1],
    tells: /after it was asked to end/,
    patches: [{ from: /onStop\(\(\) => void stop\(\)\);/, to: "onStop(() => {});" }],
  },
  {
    name: "a lost connection ends no process",
    case: "10",
    reps: [1],
    tells: /did not live through it/,
    patches: [{ from: /boss\d*\.on\("error", \(error\) => tools\.onError\(error\)\);/, to: nothing }],
  },
  {
    name: "a silent database holds no answer back",
    case: "12",
    reps: [2],
    tells: /none within 10 s/,
    patches: [{ from: /return await Promise\.race\(\[work, tooLate\]\);/, to: "return await work;" }],
  },
  {
    name: "webhooks have connections of their own",
    case: "13",
    reps: [2],
    tells: /were accepted while readers waited/,
    patches: [
      { from: /max: 4,\s+name: "milepost-ingest",/, to: 'max: 1, name: "milepost-ingest",' },
      { from: /(ingest: |db: )ingest\.db/, to: "$1pool.db" },
    ],
  },
  {
    name: "a disk that is nearly full is noticed early",
    case: "14",
    reps: [3],
    tells: /less than a gigabyte free/,
    patches: [{ from: /if \(!await hasRoom\(\)\) return diskFull;/, to: nothing }],
  },
  {
    name: "a poisoned webhook is given up",
    case: "27",
    reps: [3],
    tells: /The poison/,
    patches: [{ from: /var maxAttempts = 5;/, to: "var maxAttempts = 500;" }],
  },
  {
    name: "a proof that does not hold lets nobody in",
    case: "25",
    reps: [1],
    tells: /Let in with/,
    patches: [
      {
        from: /(ensureFresh\(claims\.auth_time[\s\S]*?catch \(error\) \{)\s*throw toOpenidError\(error, host\d*\);/,
        to: `$1 return { claims: { iss: configuration.serverMetadata().issuer, sub: "ana" }, accessToken: "" };`,
      },
    ],
  },
  {
    name: "a wrong master key ends the start",
    case: "28",
    reps: [3],
    tells: /Started with/,
    patches: [
      { from: /(function keyringRefusal\(groups, keyring, place\) \{)/, to: "$1 return null;" },
      // The second wall behind it: nothing that is sealed can be opened.
      {
        from: /await ensureWebhookSecret\((ctx\d*, [^;]*)\);/,
        to: "await ensureWebhookSecret($1).catch(() => {});",
      },
    ],
  },
  {
    name: "a migration leaves the release before working",
    case: "29",
    reps: [1],
    tells: /Answers other than|not accepted after|Not back|hash|was not ready|ended/,
    migration: `ALTER TABLE "webhook_deliveries" ADD COLUMN "faults" text NOT NULL DEFAULT 'x';
--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ALTER COLUMN "faults" DROP DEFAULT;`,
  },
  {
    name: "no secret is logged",
    case: "1",
    reps: [1],
    tells: /I12: the log/,
    patches: [
      {
        from: /(function findSigner\(secrets, body, signature\) \{)/,
        to: "$1 console.log(secrets[0]?.value);",
      },
    ],
  },
  {
    name: "nothing outlives the starter",
    case: "1",
    reps: [1],
    tells: /I17: /,
    patches: [
      { from: /for \(const it of started\) await it\.stop\(\);/, to: nothing },
      { from: /process\.on\("disconnect", once\);/, to: nothing },
    ],
  },
];
