export const domains = [
  {
    name: "commerce",
    title: "Commerce",
    owner: "product-engineering",
    description: "Finding, choosing and paying",
  },
  {
    name: "logistics",
    title: "Logistics",
    owner: "product-engineering",
    description: "What happens after the order",
  },
  { name: "foundations", title: "Foundations", owner: "foundations", description: "Shared ground" },
] as const;

export type System = { name: string; title: string; domain: string; owner: string; description: string };

export const systems: readonly System[] = [
  {
    name: "checkout",
    title: "Checkout",
    domain: "commerce",
    owner: "checkout",
    description: "Basket to paid order",
  },
  {
    name: "storefront",
    title: "Storefront",
    domain: "commerce",
    owner: "storefront",
    description: "The shop itself",
  },
  {
    name: "discovery",
    title: "Discovery",
    domain: "commerce",
    owner: "discovery",
    description: "Search and suggestions",
  },
  {
    name: "fulfilment",
    title: "Fulfilment",
    domain: "logistics",
    owner: "fulfilment",
    description: "Stock and parcels",
  },
  {
    name: "returns",
    title: "Returns",
    domain: "logistics",
    owner: "returns",
    description: "Sending things back",
  },
  {
    name: "accounts",
    title: "Accounts",
    domain: "commerce",
    owner: "accounts",
    description: "Customers and sign-in",
  },
  {
    name: "insight",
    title: "Insight",
    domain: "foundations",
    owner: "insight",
    description: "Events and reports",
  },
  {
    name: "platform",
    title: "Platform",
    domain: "foundations",
    owner: "platform",
    description: "Common services",
  },
];

export const apis = [
  { name: "checkout-api", system: "checkout", type: "openapi", description: "Start and finish a purchase" },
  { name: "payments-api", system: "checkout", type: "openapi", description: "Authorise, capture and refund" },
  { name: "pricing-api", system: "checkout", type: "grpc", description: "What something costs, for whom" },
  { name: "cart-api", system: "storefront", type: "openapi", description: "Put in, take out, look" },
  {
    name: "shop-graph",
    system: "storefront",
    type: "graphql",
    description: "All that the shop window shows",
  },
  { name: "search-api", system: "discovery", type: "openapi", description: "Find goods" },
  { name: "orders-api", system: "fulfilment", type: "openapi", description: "Follow an order" },
  { name: "shipping-api", system: "fulfilment", type: "openapi", description: "Parcels and labels" },
  {
    name: "stock-events",
    system: "fulfilment",
    type: "asyncapi",
    description: "Something moved in the warehouse",
  },
  { name: "accounts-api", system: "accounts", type: "openapi", description: "Read and change an account" },
  { name: "flags-api", system: "platform", type: "openapi", description: "Which flags are on" },
] as const;

export const resources = [
  {
    name: "checkout-db",
    system: "checkout",
    type: "database",
    description: "PostgreSQL of checkout and payments",
  },
  {
    name: "orders-db",
    system: "fulfilment",
    type: "database",
    description: "PostgreSQL of orders and stock",
  },
  { name: "accounts-db", system: "accounts", type: "database", description: "PostgreSQL of customers" },
  { name: "session-cache", system: "storefront", type: "cache", description: "Sessions and baskets" },
  {
    name: "search-cluster",
    system: "discovery",
    type: "search-cluster",
    description: "Three nodes of the search index",
  },
  {
    name: "message-broker",
    system: "platform",
    type: "message-broker",
    description: "Events between services",
  },
  {
    name: "events-bucket",
    system: "insight",
    type: "object-store",
    description: "Raw events, kept for two years",
  },
  { name: "data-warehouse", system: "insight", type: "warehouse", description: "Everything, a day later" },
  { name: "cdn", system: "platform", type: "cdn", description: "Pictures and pages near to customers" },
] as const;
