import { leaver, personName } from "./organisation.ts";

export type Component = {
  name: string;
  title: string;
  type: "service" | "website" | "library";
  system: string;
  /** A team's name, or the full ref of somebody else. */
  owner: string;
  repository: string;
  lifecycle: "production" | "experimental" | "deprecated";
  description: string;
  tags: readonly string[];
  provides?: readonly string[];
  consumes?: readonly string[];
  dependsOn?: readonly string[];
};

const leaverRef = `user:default/${personName(leaver.fullName)}`;

function component(
  name: string,
  title: string,
  place: {
    system: string;
    owner?: string;
    repository?: string;
    type?: Component["type"];
    lifecycle?: Component["lifecycle"];
  },
  description: string,
  rest: Pick<Component, "tags"> & Partial<Pick<Component, "provides" | "consumes" | "dependsOn">>,
): Component {
  const { system, type = "service", lifecycle = "production" } = place;
  const owner = place.owner ?? system;
  return {
    name,
    title,
    type,
    system,
    owner,
    repository: place.repository ?? name,
    lifecycle,
    description,
    ...rest,
  };
}

/** The five services of the storefront share one repository. */
const storefront = { system: "storefront", repository: "storefront" };
const orphaned = { system: "fulfilment", owner: leaverRef };

export const components: readonly Component[] = [
  component("checkout", "Checkout", { system: "checkout" }, "Turns a basket into an order and sees it paid", {
    tags: ["kotlin", "tier-1"],
    provides: ["checkout-api"],
    consumes: ["pricing-api", "payments-api", "cart-api"],
    dependsOn: ["resource:checkout-db", "resource:message-broker"],
  }),
  component("payments", "Payments", { system: "checkout" }, "Talks to the payment providers", {
    tags: ["kotlin", "tier-1", "pci"],
    provides: ["payments-api"],
    dependsOn: ["resource:checkout-db", "resource:legacy-ledger"],
  }),
  component("pricing", "Pricing", { system: "checkout" }, "Prices, vouchers and taxes", {
    tags: ["kotlin"],
    provides: ["pricing-api"],
    dependsOn: ["component:feature-flags"],
  }),
  component("storefront-web", "Storefront web", { ...storefront, type: "website" }, "The pages of the shop", {
    tags: ["typescript", "react", "tier-1"],
    consumes: ["search-api", "cart-api", "checkout-api", "shop-graph"],
    dependsOn: ["component:ui-kit", "resource:cdn"],
  }),
  component("storefront-gateway", "Storefront gateway", storefront, "One door for all pages", {
    tags: ["typescript", "tier-1"],
    provides: ["shop-graph"],
    consumes: ["accounts-api", "search-api"],
    dependsOn: ["component:service-kit"],
  }),
  component("cart", "Cart", storefront, "Keeps what is about to be bought", {
    tags: ["typescript"],
    provides: ["cart-api"],
    dependsOn: ["component:service-kit", "resource:session-cache"],
  }),
  component("wishlist", "Wishlist", storefront, "Keeps what might be bought one day", {
    tags: ["typescript"],
    dependsOn: ["component:service-kit"],
  }),
  component("reviews", "Reviews", storefront, "What customers say about things", {
    tags: ["typescript"],
    dependsOn: ["component:service-kit"],
  }),
  component("search", "Search", { system: "discovery" }, "Finds things by what people type", {
    tags: ["go", "tier-1"],
    provides: ["search-api"],
    dependsOn: ["resource:search-cluster"],
  }),
  component(
    "indexer",
    "Indexer",
    { system: "discovery" },
    "Keeps the search index in step with the catalog of goods",
    {
      tags: ["go"],
      consumes: ["stock-events"],
      dependsOn: ["resource:search-cluster", "resource:message-broker"],
    },
  ),
  component(
    "suggestions",
    "Suggestions",
    { system: "discovery", lifecycle: "experimental" },
    "What else might fit",
    {
      tags: ["python", "ml"],
      dependsOn: ["resource:events-bucket"],
    },
  ),
  component("orders", "Orders", { system: "fulfilment" }, "The life of an order after it was paid", {
    tags: ["java", "tier-1"],
    provides: ["orders-api"],
    dependsOn: ["resource:orders-db", "resource:message-broker"],
  }),
  component("inventory", "Inventory", { system: "fulfilment" }, "What lies where, and how much of it", {
    tags: ["java", "tier-1"],
    provides: ["stock-events"],
    dependsOn: ["resource:orders-db"],
  }),
  component("shipping", "Shipping", { system: "fulfilment" }, "Parcels, carriers and tracking", {
    tags: ["java"],
    provides: ["shipping-api"],
    consumes: ["orders-api"],
  }),
  component(
    "warehouse-gateway",
    "Warehouse gateway",
    { system: "fulfilment" },
    "Speaks with the machines in the warehouse",
    {
      tags: ["java"],
      consumes: ["stock-events"],
    },
  ),
  component("carrier-rates", "Carrier rates", orphaned, "What each carrier asks for a parcel", {
    tags: ["python"],
  }),
  component(
    "label-printer",
    "Label printer",
    { ...orphaned, lifecycle: "deprecated" },
    "Prints labels for parcels",
    {
      tags: ["python"],
      consumes: ["shipping-api"],
    },
  ),
  component("stock-sync", "Stock sync", orphaned, "Copies the stock of the outlets at night", {
    // A tag with a blank: the catalogue shows the mistake with its place.
    tags: ["python", "Night job"],
    consumes: ["stock-events"],
  }),
  component(
    "returns-desk",
    "Returns desk",
    { system: "returns", lifecycle: "experimental" },
    "Takes things back",
    {
      tags: ["typescript"],
      consumes: ["orders-api"],
    },
  ),
  component(
    "returns-web",
    "Returns pages",
    { system: "returns", type: "website", lifecycle: "experimental" },
    "Where customers send things back",
    {
      tags: ["typescript", "react"],
      dependsOn: ["component:ui-kit"],
    },
  ),
  component("accounts", "Accounts", { system: "accounts" }, "Customers, addresses and consent", {
    tags: ["kotlin", "tier-1"],
    provides: ["accounts-api"],
    dependsOn: ["resource:accounts-db"],
  }),
  component("sign-in", "Sign-in", { system: "accounts" }, "Passwords, passkeys and sessions", {
    tags: ["kotlin", "tier-1"],
    dependsOn: ["resource:accounts-db", "resource:session-cache"],
  }),
  component("mailer", "Mailer", { system: "accounts" }, "Letters to customers", {
    tags: ["go"],
    consumes: ["orders-api"],
    dependsOn: ["resource:message-broker"],
  }),
  component(
    "event-collector",
    "Event collector",
    { system: "insight" },
    "Takes in what happens in the shop",
    {
      tags: ["go"],
      dependsOn: ["resource:events-bucket"],
    },
  ),
  component(
    "warehouse-loader",
    "Warehouse loader",
    { system: "insight" },
    "Loads events into the warehouse each night",
    {
      tags: ["python"],
      dependsOn: ["resource:events-bucket", "resource:data-warehouse"],
    },
  ),
  component(
    "reports",
    "Reports",
    { system: "insight", type: "website" },
    "Figures for the rest of the company",
    {
      tags: ["python"],
      dependsOn: ["resource:data-warehouse"],
    },
  ),
  component(
    "feature-flags",
    "Feature flags",
    { system: "platform" },
    "Turns things on for some people first",
    {
      tags: ["go", "tier-1"],
      provides: ["flags-api"],
    },
  ),
  component("edge-router", "Edge router", { system: "platform" }, "The first thing a request meets", {
    tags: ["go", "tier-1"],
    dependsOn: ["resource:cdn"],
  }),
  component("build-cache", "Build cache", { system: "platform" }, "Makes builds short", { tags: ["go"] }),
  component(
    "service-kit",
    "Service kit",
    { system: "platform", type: "library" },
    "What every TypeScript service starts from",
    {
      tags: ["typescript"],
    },
  ),
  component("ui-kit", "UI kit", { system: "platform", type: "library" }, "Buttons, tables and colours", {
    tags: ["typescript", "react"],
  }),
];
