// The walls of the house (server/README.md says them in words). Each rule was planted once and seen to go red.

/** Domains by rank: each may import only from those before it; peers talk by events and ids. */
const ranks = [
  ["installation"],
  ["identity"],
  ["audit"],
  ["notifications"],
  ["connections"],
  ["github"],
  ["recovery"],
  ["catalog"],
  ["apis", "cards", "discovery", "docs", "shadow", "trust", "templates", "environments", "delivery", "surveys", "feedback"],
  ["search", "teams", "whose"],
  ["scorecards"],
  ["adoption"],
  ["demo"],
];
const domains = ranks.flat();
const domainPath = `^server/(${domains.join("|")})/`;
const test = "\\.(test|bench)\\.tsx?$|^server/testing/|^e2e/";

const rankRules = ranks.map((names, rank) => {
  const later = ranks.slice(rank + 1).flat();
  const forbidden = [...later, ...names];
  return names.map((name) => ({
    name: `rank-${name}`,
    comment: `server/${name} may import only from domains of a lower rank`,
    severity: "error",
    from: { path: `^server/${name}/`, pathNot: test },
    to: { path: `^server/(${forbidden.filter((other) => other !== name).join("|") || "nothing"})/` },
  }));
});

export default {
  forbidden: [
    // hast and mdast are packages of types alone.
    {
      name: "resolves",
      severity: "error",
      // The suite against a real Backstage brings its own packages.
      from: { pathNot: "^\\.next|^e2e/shadow/backstage/" },
      to: { couldNotResolve: true, pathNot: "^(hast|mdast)$" },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } } },
    {
      name: "db-is-the-floor",
      severity: "error",
      from: { path: "^db/", pathNot: test },
      to: { path: "^(app|components|server)/", pathNot: "^server/core/" },
    },
    {
      name: "server-has-no-face",
      severity: "error",
      from: { path: "^server/" },
      to: { path: "^(app|components)/|node_modules/(react-dom|radix-ui|@radix-ui)/" },
    },
    {
      name: "components-reach-the-server-through-trpc",
      comment: "types of the router, models and inputs may cross; code of verbs and reads may not",
      severity: "error",
      from: { path: "^components/", pathNot: "^components/trpc/server\\.ts$" },
      to: {
        path: "^(server|db)/",
        pathNot: ["/(model|inputs)\\.ts$", "^server/core/actor\\.ts$"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "ui-knows-no-domain",
      severity: "error",
      from: { path: "^components/(ui|charts)/" },
      to: { path: "^(server|db|app)/|^components/(?!ui/|charts/)" },
    },
    {
      name: "domains-do-not-know-their-callers",
      severity: "error",
      from: { path: `${domainPath}|^server/core/`, pathNot: test },
      to: { path: "^server/(trpc|http|mcp|cli|web|worker|auth|start)/" },
    },
    {
      name: "core-knows-no-domain",
      severity: "error",
      from: { path: "^server/core/", pathNot: test },
      to: { path: domainPath },
    },
    {
      name: "models-are-pure",
      severity: "error",
      from: { path: "^server/[^/]+/(model|inputs)\\.ts$" },
      to: {
        path: "^(db|server)/",
        pathNot: ["/(model|inputs)\\.ts$", "^server/core/actor\\.ts$", "^server/catalog/entity-ref\\.ts$"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "policies-are-private",
      severity: "error",
      from: { path: "^(app|components|db|server)/([^/]+)/", pathNot: test },
      to: { path: "^server/([^/]+)/policy\\.ts$", pathNot: "^server/$2/policy\\.ts$" },
    },
    {
      name: "only-entry-points-open-the-pool",
      severity: "error",
      from: {
        path: "^(app|components|server|db)/",
        pathNot: [test, "^server/(web|worker)/main\\.ts$", "^server/cli/", "^server/start/", "^server/auth/page-context\\.ts$", "^db/"],
      },
      to: { path: "^db/client\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "the-network-has-one-door",
      severity: "error",
      from: {
        path: "^(app|components|server|db)/",
        pathNot: [test, "^server/core/outside(/|\\.ts$)", "^server/web/", "^server/observe/serve-series\\.ts$", "^server/start/", "^db/embedded/", "^db/watched-socket\\.ts$"],
      },
      to: {
        path: "^(node:)?(http|https|http2|net|tls|dgram|dns|dns/promises)$|node_modules/undici/",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "verify-stands-alone",
      comment: "what recomputes a report must not share code with what wrote it: it has its own folder and Node's modules only",
      severity: "error",
      from: { path: "^server/verify/", pathNot: test },
      to: { pathNot: "^server/verify/", dependencyTypesNot: ["core"] },
    },
    { name: "tests-stay-tests", severity: "error", from: { pathNot: test }, to: { path: test } },
  ].concat(rankRules.flat()),
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(\\.next|\\.build|db/migrations)" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".mjs", ".js", ".json"], conditionNames: ["import", "require", "node", "default"], exportsFields: ["exports"] },
  },
};
