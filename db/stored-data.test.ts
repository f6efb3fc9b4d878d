import { readdirSync } from "node:fs";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { describe, expect, test } from "vitest";
import * as schema from "./schema/index.ts";
import { domains, storedData } from "./stored-data.ts";

type Column = { table: string; column: string; isOfUser: boolean };

const tables = Object.values(schema).filter((one) => one instanceof PgTable);
const configs = tables.map((table) => getTableConfig(table));
const columns: Column[] = configs.flatMap(({ name: table, columns: all, foreignKeys }) =>
  all.map((column) => ({
    table,
    column: column.name,
    isOfUser: foreignKeys.some((key) => {
      const { columns: own, foreignTable } = key.reference();
      return own.includes(column) && getTableConfig(foreignTable).name === "users";
    }),
  })),
);

/** Names that people, texts of theirs and secrets have in this schema. */
const telling =
  /(^|_)(user|actor|author|login|email|person|account|address|agent|assignee|by)(_|$)|^(body|payload|headers|document|contents|html|yaml|text|comment|note|sealed|claims|bytes|evidence)$|_hash$/;

/** That look like it, and tell nothing of a person. */
const harmless: ReadonlySet<string> = new Set([
  "api_tokens.service_account_id",
  "api_versions.content_hash",
  "api_versions.entry_hash",
  "connection_installations.account_type",
  "delivery_services.scope_hash",
  "deployment_changes.started_by",
  "discovered_repositories.looked_by",
  "docs_images.hash",
  "docs_pages.content_hash",
  "entities.content_hash",
  "event_chain.previous_hash",
  "events.actor_kind",
  "installation.setup_answered",
  "sessions.account_id",
  "webhook_deliveries.claimed_by",
]);

const nothingPersonal = Object.values(domains).flatMap(({ nothingPersonal: tables }) => tables);

const declared = new Set(
  storedData.flatMap(({ table, columns: own }) => own.map((one) => `${table}.${one}`)),
);

describe("stored data", () => {
  test("each table of the schema is said to hold something or nothing", () => {
    const said = new Set([...storedData.map(({ table }) => table), ...nothingPersonal]);
    expect(configs.map(({ name }) => name).filter((name) => !said.has(name))).toEqual([]);
  });

  test("each table is said in the file that is named as the first word of its schema's file", async () => {
    const files = readdirSync(new URL("./schema/", import.meta.url)).filter((file) => file !== "index.ts");
    const misplaced = await Promise.all(
      files.map(async (file) => {
        const own: Record<string, unknown> = await import(`./schema/${file.replace(/\.ts$/, "")}.ts`);
        const { stored, nothingPersonal: nothing } = domains[file.split(/[-.]/)[0]!]!;
        const said = new Set([...stored.map(({ table }) => table), ...nothing]);
        return Object.values(own)
          .filter((one) => one instanceof PgTable)
          .map((table) => getTableConfig(table).name)
          .filter((name) => !said.has(name));
      }),
    );
    expect(misplaced.flat()).toEqual([]);
  });

  test("no table is said to hold nothing and something", () => {
    const held = new Set(storedData.map(({ table }) => table));
    expect(nothingPersonal.filter((table) => held.has(table))).toEqual([]);
  });

  test("whatever is said stands in the schema", () => {
    const known = new Set(columns.map(({ table, column }) => `${table}.${column}`));
    const names = new Set(configs.map(({ name }) => name));
    expect([...declared, ...harmless].filter((one) => !known.has(one))).toEqual([]);
    expect(nothingPersonal.filter((table) => !names.has(table))).toEqual([]);
  });

  test("each column that leads to a person, or is named as one, is said", () => {
    const untold = columns
      .filter(({ column, isOfUser }) => isOfUser || telling.test(column))
      .map(({ table, column }) => `${table}.${column}`)
      .filter((one) => !declared.has(one) && !harmless.has(one));
    expect(untold).toEqual([]);
  });
});
