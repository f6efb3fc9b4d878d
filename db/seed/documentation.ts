/** Which components of the demo organisation have documentation, with its files below a folder of their own. */
const checkout = {
  "mkdocs.yml": `site_name: Checkout handbook
site_description: How an order comes about, and what to do when it does not
nav:
  - Overview: index.md
  - Run it:
      - Runbook: runbook.md
      - Configuration: configuration.md
  - Decisions:
      - decisions/001-one-write.md
  - Dashboards: https://dashboards.github.example/checkout
markdown_extensions: [admonition, attr_list, pymdownx.details, pymdownx.superfences, pymdownx.tabbed]
plugins: [techdocs-core]
`,
  "docs/index.md": `# Checkout

Checkout turns a basket into an order and sees it paid. It owns the order until the warehouse has it.

\`\`\`mermaid
sequenceDiagram
  accTitle: How an order is paid
  Shop->>Checkout: place order
  Checkout->>Pricing: price of the basket
  Checkout->>Payments: reserve the money
  Payments-->>Checkout: reserved
  Checkout-->>Shop: order number
\`\`\`

!!! note "What it does not do"
    Refunds belong to Payments. Checkout only asks for them.

## What it promises

| Promise | Target | Measured |
| --- | ---: | --- |
| Orders that go through | 99.9 % | over 30 days |
| Answer to the shop | 400 ms | 95 of 100 |

## Try it

=== "curl"

    \`\`\`bash title="Place an order"
    curl -X POST https://api.github.example/checkout \\
      -H 'content-type: application/json' \\
      -d '{"basket": "b-1042"}'
    \`\`\`

=== "TypeScript"

    \`\`\`typescript title="order.ts" hl_lines="2"
    const client = new CheckoutClient({ baseUrl });
    const order = await client.place({ basket: "b-1042" });
    \`\`\`

## When something is wrong

Begin with the [runbook](runbook.md#orders-hang). The settings are [explained here](configuration.md).
`,
  "docs/runbook.md": `# Runbook

## Orders hang

Orders stay in *reserved* when the message broker does not answer.

1. Look at the queue \`orders.placed\`. More than 500 waiting messages are too many.
2. Restart one consumer. Never all of them: each holds a share of the orders.
3. If it goes on, ask **Payments** to release reservations older than 15 minutes.

!!! danger "Do not empty the queue"
    Each message is an order that somebody has paid for.

??? tip "How to find one order"
    Search the log for \`order_id\`. The same number stands in the customer's mail.

## Prices look wrong

Switch the voucher engine off by its flag, and tell Pricing. Press ++ctrl+f5++ in the shop to see the change.

## After it is over

- [ ] Write down what happened
- [ ] Release reservations by hand
- [x] Tell the shop floor
`,
  "docs/configuration.md": `# Configuration

Settings come from the environment, and are read once at the start.

\`ORDER_TIMEOUT\`
:   After so many seconds a reserved order is given up. 900 unless told otherwise.

\`VOUCHER_ENGINE\`
:   \`on\` or \`off\`. Off means that vouchers are refused with a sentence.

*[SLO]: Service level objective

The SLO of this service stands on its [first page](index.md#what-it-promises).
`,
  "docs/decisions/001-one-write.md": `# One write for an order

An order and its event are written in one transaction[^1], and sent afterwards.

## Why

Two writes failed apart from one another twice in 2024, and nobody noticed for a day.

## What it costs

An event may be sent twice. Readers have to live with that.

[^1]: The outbox pattern.
`,
};

const payments = {
  "mkdocs.yml": "site_name: Payments\nplugins: [techdocs-core]\n",
  "docs/index.md": `# Payments

Payments talks to the payment providers, and keeps no card number anywhere.

!!! warning
    Changes here need a second pair of eyes from the security team.

## Providers

Each provider has a page: [cards](providers/cards.md), [invoice](providers/invoice.md).
The old ledger is described [elsewhere](legacy-ledger.md).
`,
  "docs/providers/cards.md": "# Cards\n\nCards are reserved first and charged when the parcel leaves.\n",
  "docs/providers/invoice.md":
    "# Invoice\n\nInvoices are offered up to 500 euros, from the second order on.\n",
};

const serviceKit = {
  "docs/index.md": `# Service kit

What every TypeScript service starts from: logging, health, metrics, and a client for feature flags.

\`\`\`typescript
import { startService } from "service-kit";

startService({ name: "my-service", port: 8080 });
\`\`\`

## Upgrading

Read the list of changes, raise the version, run the tests. The major version changes twice a year.
`,
};

const documentation: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  checkout,
  payments,
  "service-kit": serviceKit,
};

/** For the annotation `backstage.io/techdocs-ref`, relative to the file of the entry; null for those without. */
export const documentationReference = (component: string): string | null =>
  Object.hasOwn(documentation, component) ? `dir:./${component}` : null;

/** The files of a component's documentation, below the folder of its entry's file. */
export const documentationFiles = (component: string): { path: string; text: string }[] =>
  Object.entries(documentation[component] ?? {}).map(([path, text]) => ({
    path: `${component}/${path}`,
    text,
  }));
