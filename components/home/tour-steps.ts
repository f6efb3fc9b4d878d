export type TourStep = { title: string; text: string; href: string };

const start: TourStep[] = [
  {
    title: "Home",
    text: "Your team's services, each with its last deployment to production and what is wrong with it. Below the news: what nobody owns.",
    href: "/",
  },
  {
    title: "The catalog",
    text: "Everything the company runs, and who owns it. Narrow it at the left, press / to search, j and k to move, Enter to open. Each list can be shared by its address.",
    href: "/catalog",
  },
];

/** The demo organisation tells one story: a bad deployment of checkout, the incident, the way back, and a leaver's services. */
const demo: TourStep[] = [
  {
    title: "A service",
    text: "Checkout had a bad day: a deployment to production failed after it was deployed, and an incident was opened. Its page says what runs where now.",
    href: "/catalog/component/default/checkout",
  },
  {
    title: "What changed",
    text: "Every deployment with its commit and outcome, newest first: the bad one, and the rollback after it. CI runs and incidents stand beside them.",
    href: "/catalog/component/default/checkout/deployments",
  },
  {
    title: "What nobody owns",
    text: "Jonas Weber has left, and these services still name him. Open one to see what depends on it, then find it a team.",
    href: "/catalog?is=unowned",
  },
];

const own: TourStep[] = [
  {
    title: "Where it comes from",
    text: "The catalog is filled from catalog-info.yaml files in folders and repositories. Each source shows how its last import went, with file and line of each problem.",
    href: "/catalog/sources",
  },
  {
    title: "What is wrong",
    text: "Entries with problems, and below them in the same filter those whose file is gone or whose owner is unknown.",
    href: "/catalog?is=problems",
  },
  {
    title: "Your account",
    text: "Theme, row height and keyboard shortcuts. Press ? on any page for the keys.",
    href: "/account",
  },
];

/** Five steps, each a page and what to see on it. */
export function tourSteps(hasDemo: boolean): TourStep[] {
  return [...start, ...(hasDemo ? demo : own)];
}
