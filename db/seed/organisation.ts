/** Northlight sells outdoor gear on the web. It exists only here: its host is a name that never resolves. */
export const organisation = { slug: "northlight", title: "Northlight", host: "github.example" } as const;

export type Team = {
  name: string;
  title: string;
  description: string;
  department: "product-engineering" | "foundations";
  /** Full names; the first one leads. */
  people: readonly [string, ...string[]];
};

export const departments = [
  {
    name: "product-engineering",
    title: "Product Engineering",
    description: "Everything a customer sees and touches",
  },
  { name: "foundations", title: "Foundations", description: "What the other teams build on" },
] as const;

export const teams: readonly Team[] = [
  {
    name: "checkout",
    title: "Checkout",
    description: "From the basket to the paid order",
    department: "product-engineering",
    people: ["Noor Haddad", "Mira Okafor", "Lukas Brenner", "Ines Carvalho", "Owen Pryce", "Yuki Mori"],
  },
  {
    name: "storefront",
    title: "Storefront",
    description: "The shop's pages and what stands right behind them",
    department: "product-engineering",
    people: [
      "Clara Moreau",
      "Sam Lindqvist",
      "Rafael Souza",
      "Anna Kowalska",
      "Ben Achterberg",
      "Leila Farahani",
      "Marcus Webb",
    ],
  },
  {
    name: "discovery",
    title: "Discovery",
    description: "Search, suggestions and the order of things",
    department: "product-engineering",
    people: ["Ravi Menon", "Sofia Lindgren", "Jae Park", "Hugo Blanc", "Tess Murphy"],
  },
  {
    name: "fulfilment",
    title: "Fulfilment",
    description: "Stock, parcels and carriers",
    department: "product-engineering",
    people: ["Daniel Novak", "Grete Olsen", "Pavel Marek", "Amara Diallo", "Finn Gallagher", "Rosa Jimenez"],
  },
  {
    name: "accounts",
    title: "Accounts",
    description: "Signing in, addresses and letters to customers",
    department: "product-engineering",
    people: ["Eva Lindt", "Kofi Mensah", "Julia Neri", "Arun Pillai"],
  },
  {
    name: "returns",
    title: "Returns",
    description: "Sending things back, a young team",
    department: "product-engineering",
    people: ["Nadia Petrova", "Theo Vance"],
  },
  {
    name: "insight",
    title: "Insight",
    description: "Events, reports and the warehouse of data",
    department: "foundations",
    people: ["Wei Zhang", "Marta Vidal", "Oskar Lund", "Dina Saleh"],
  },
  {
    name: "platform",
    title: "Platform",
    description: "The ground that all services stand on",
    department: "foundations",
    people: ["Ifeoma Bello", "Tomás Herrera", "Aiko Tanaka", "Nils Aaltonen", "Greta Simon"],
  },
];

/** Leads all of engineering and is in no team. */
export const engineeringLead = "Helena Brandt";

/** Left three weeks ago; the services still name him as their owner, and his file is gone. */
export const leaver = { fullName: "Jonas Weber", team: "fulfilment" } as const;

/** `jose.alvarez` of "José Álvarez". */
export const personName = (fullName: string): string =>
  fullName
    .normalize("NFD")
    .replace(/[^A-Za-z ]/g, "")
    .toLowerCase()
    .replaceAll(" ", ".");

export type DemoAccount = {
  fullName: string;
  title: string;
  role: "developer" | "leader" | "platform" | "admin";
};

/** Whom one can sign in as, in the order of the offer. */
export const demoAccounts: readonly DemoAccount[] = [
  { fullName: "Mira Okafor", title: "Developer in Checkout", role: "developer" },
  { fullName: "Sam Lindqvist", title: "First-day engineer in Storefront", role: "developer" },
  { fullName: "Daniel Novak", title: "Team lead of Fulfilment", role: "developer" },
  { fullName: engineeringLead, title: "Engineering leader", role: "leader" },
  { fullName: "Tomás Herrera", title: "Platform engineer", role: "platform" },
  { fullName: "Aiko Tanaka", title: "Admin", role: "admin" },
];
