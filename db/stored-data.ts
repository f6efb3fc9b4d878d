import { apis } from "./stored-data/apis.ts";
import { cards } from "./stored-data/cards.ts";
import { catalog } from "./stored-data/catalog.ts";
import { connections } from "./stored-data/connections.ts";
import { core } from "./stored-data/core.ts";
import { delivery } from "./stored-data/delivery.ts";
import { discovery } from "./stored-data/discovery.ts";
import { docs } from "./stored-data/docs.ts";
import { github } from "./stored-data/github.ts";
import { identity } from "./stored-data/identity.ts";
import type { StoredData, TablesData } from "./stored-data/line.ts";
import { notifications } from "./stored-data/notifications.ts";
import { search } from "./stored-data/search.ts";
import { shadow } from "./stored-data/shadow.ts";
import { trust } from "./stored-data/trust.ts";

/** By the first word of the file of db/schema that a table stands in; Admin, Stored data has this order. */
export const domains: Readonly<Record<string, TablesData>> = {
  identity,
  core,
  notifications,
  connections,
  github,
  delivery,
  catalog,
  trust,
  discovery,
  docs,
  apis,
  cards,
  shadow,
  search,
};

/**
 * Everything in the database that tells something of a person, holds contents that people wrote, or is secret: which
 * columns, what for, and how long. Admin, Stored data shows it; `stored-data.test.ts` compares it with the schema, so that
 * a new table or column has to be said in its domain's file.
 */
export const storedData: readonly StoredData[] = Object.values(domains).flatMap(({ stored }) => stored);
