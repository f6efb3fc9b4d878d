import type { Command } from "commander";
import { openPool } from "#db/client.ts";
import { systemActor } from "#server/core/actor.ts";
import type { Ctx } from "#server/core/context.ts";
import { type Env, readEnv } from "#server/core/env.ts";
import { hasKeys, keyFile, readKeyring } from "#server/core/keyring.ts";
import { readSealed, type SealedGroup } from "#server/installation/check-keyring.ts";
import { discardSealed } from "#server/installation/discard-sealed.ts";
import { finishRotation } from "#server/installation/finish-rotation.ts";
import { type Rotation, rotateKeys } from "#server/installation/rotate-keys.ts";
import { withDatabase } from "#server/start/with-database.ts";
import { CommandFailed, type Output } from "./output.ts";

type Options = { json?: boolean; finish?: boolean; yes?: boolean };
type Listed = {
  source: string;
  keys: { id: string; isActive: boolean; values: number }[];
  closed: SealedGroup[];
};

/** `milepost keys list|rotate|discard`: the keys that seal stored secrets. Ids are shown, keys never. */
export function keysCommand(program: Command, output: Output): void {
  const keys = program.command("keys").description("the keys that seal stored secrets");
  keys
    .command("list")
    .description("lists the keys by id, and how many stored secrets need each")
    .option("--json", "print one JSON document")
    .action(async (options: Options) => {
      const listed = await withKeys(list);
      if (options.json) return output.document(listed);
      for (const line of listedLines(listed)) output.line(line);
    });
  keys
    .command("rotate")
    .description("seals every stored secret with a new key; the portal may run meanwhile")
    .option("--finish", "instead drops the old keys, once nothing is sealed with them")
    .option("--json", "print one JSON document")
    .action((options: Options) => (options.finish ? finish(options, output) : rotate(options, output)));
  keys
    .command("discard")
    .description("forgets the stored secrets that no key opens, when their key is lost for good")
    .option("--yes", "really do it")
    .option("--json", "print one JSON document")
    .action(async (options: Options) => {
      if (!options.yes)
        throw new CommandFailed("This forgets secrets for good: say --yes if their key is lost");
      const gone = await withKeys(discardSealed);
      if (options.json) return output.document({ discarded: gone });
      for (const value of gone) output.line(value);
      output.progress(`${gone.length} stored secrets were forgotten: enter them anew`);
    });
}

function withKeys<T>(work: (ctx: Ctx, env: Env) => Promise<T>): Promise<T> {
  const run = async (url: string) => {
    const pool = openPool(url, { max: 1, name: "milepost-cli" });
    try {
      const ctx = { db: pool.db, actor: systemActor("Command line"), now: () => new Date() };
      return await work(ctx, readEnv());
    } finally {
      await pool.end();
    }
  };
  return withDatabase(run, () => {}, "keys");
}

async function list(ctx: Ctx, env: Env): Promise<Listed> {
  const keyring = hasKeys(env) ? readKeyring(env) : null;
  const groups = await readSealed(ctx, keyring);
  const count = (id: string) =>
    groups.filter(({ keyId, opens }) => opens && keyId === id).reduce((sum, group) => sum + group.count, 0);
  const keys = (keyring?.all() ?? []).map(({ id }, index) => ({
    id,
    isActive: index === 0,
    values: count(id),
  }));
  const source = keyring?.source === "environment" ? "MILEPOST_SECRET_KEY" : keyFile(env);
  return { source, keys, closed: groups.filter((group) => !group.opens || group.keyId === null) };
}

function listedLines({ source, keys, closed }: Listed): string[] {
  const state = (isActive: boolean) => (isActive ? "active" : "only opens");
  return [
    `Keys of ${source}:`,
    ...keys.map(({ id, isActive, values }) => `  ${id}  ${state(isActive)}, ${values} stored secrets`),
    ...closed.map(({ table, keyId, count, opens }) =>
      opens
        ? `  (${count} in ${table} are sealed as the release before did: "milepost keys rotate" renews them)`
        : `  ${keyId ?? "a key without id"}  MISSING, ${count} in ${table} need it`,
    ),
  ];
}

async function rotate(options: Options, output: Output): Promise<void> {
  const source = readEnv().MILEPOST_SECRET_KEY ? "environment" : "file";
  const rotation = await withKeys(rotateKeys);
  if (options.json) output.document(rotation);
  else for (const line of rotationLines(rotation, source)) output.line(line);
  const { length } = rotation.unreadable;
  if (length > 0)
    throw new CommandFailed(
      `${length} stored secrets open with no key and are as they were: ${rotation.unreadable.join(", ")}`,
    );
}

function rotationLines({ key, isNew, resealed }: Rotation, source: "environment" | "file"): string[] {
  if (source === "environment")
    return resealed > 0
      ? [
          `${resealed} stored secrets are sealed with the key ${key} now, the first of MILEPOST_SECRET_KEY`,
          `When "milepost keys rotate --finish" agrees, take the others out of MILEPOST_SECRET_KEY`,
        ]
      : [
          `Everything is sealed with the key ${key} already, the first of MILEPOST_SECRET_KEY`,
          `To rotate: put a new key before it (new,old), start web and worker again, then come back`,
        ];
  return [
    `${resealed} stored secrets are sealed with the key ${key} now${isNew ? ", which is new" : ""}`,
    `Drop the old keys with: milepost keys rotate --finish`,
  ];
}

async function finish(options: Options, output: Output): Promise<void> {
  const { dropped, isByHand } = await withKeys(finishRotation);
  if (options.json) return output.document({ dropped, isByHand });
  const ids = dropped.join(", ");
  if (dropped.length === 0) output.line("There is no old key to drop");
  else if (isByHand)
    output.line(`Nothing needs these keys any more, take them out of MILEPOST_SECRET_KEY: ${ids}`);
  else output.line(`Dropped: ${ids}. Backups made before the rotation still need them`);
}
