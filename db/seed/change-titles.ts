import type { Component } from "./components.ts";
import type { Random } from "./random.ts";

type Phrases = readonly [string, ...string[]];

const verbs: Phrases = [
  "Fix",
  "Speed up",
  "Simplify",
  "Add a test for",
  "Clean up",
  "Document",
  "Rework",
  "Measure",
  "Handle errors in",
  "Move on with",
];

const things: Readonly<Record<string, Phrases>> = {
  checkout: [
    "voucher codes",
    "the tax of gift cards",
    "3-D Secure redirects",
    "order totals",
    "saved cards",
    "guest checkout",
    "refund amounts",
  ],
  storefront: [
    "the product page",
    "picture sizes",
    "the basket badge",
    "review stars",
    "the wishlist menu",
    "the mobile header",
    "page titles",
  ],
  discovery: [
    "synonyms",
    "the ranking of new goods",
    "facet counts",
    "misspelled queries",
    "index refresh",
    "suggestions for gloves",
  ],
  fulfilment: [
    "carrier callbacks",
    "split parcels",
    "stock reservations",
    "pick lists",
    "tracking numbers",
    "the nightly stock count",
  ],
  returns: ["the return label", "reasons for a return", "refund states", "the return form"],
  accounts: ["passkey sign-in", "address books", "consent records", "password resets", "the welcome letter"],
  insight: ["late events", "the revenue report", "duplicate events", "the nightly load", "column types"],
  platform: [
    "flag evaluation",
    "cache keys",
    "rate limits",
    "health checks",
    "request tracing",
    "build times",
  ],
};

const packages: Readonly<Record<string, Phrases>> = {
  kotlin: ["kotlin", "ktor", "jackson", "flyway", "opentelemetry"],
  java: ["spring-boot", "jackson", "flyway", "hibernate", "opentelemetry"],
  go: ["pgx", "grpc-go", "opentelemetry", "golang.org/x/net"],
  python: ["pandas", "pydantic", "sqlalchemy", "numpy"],
  typescript: ["vite", "zod", "react", "typescript", "opentelemetry"],
};

/** What a change is called; a bot's one names a package of the component's language. */
export function changeTitle(random: Random, component: Component, isBot: boolean): string {
  if (!isBot) return `${random.pick(verbs)} ${random.pick(things[component.system] ?? ["the build"])}`;
  const known = component.tags.map((tag) => packages[tag]).find((names) => names !== undefined);
  const version = [random.between(1, 9), random.between(0, 30), random.between(0, 9)].join(".");
  return `Update ${random.pick(known ?? ["opentelemetry"])} to ${version}`;
}

const troubles: Phrases = [
  "answers with errors after the latest deployment",
  "is slow: half of the requests take over two seconds",
  "refuses some requests since this noon",
  "loses messages from the queue",
  "shows old data",
];

export const incidentTitle = (random: Random, title: string): string => `${title} ${random.pick(troubles)}`;
