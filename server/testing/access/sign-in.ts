import { everything, type RestRow, unreachableProvider } from "./row.ts";

export const signInRoutes: Readonly<Record<string, RestRow>> = {
  "POST /api/auth/demo": {
    who: "anyone",
    path: () => "/api/auth/demo",
    body: (world) => ({ personId: world.demoPerson }),
  },
  "GET /api/auth/sign-in/:slug": { who: "anyone", path: () => "/api/auth/sign-in/github?returnTo=/catalog" },
  "GET /api/auth/callback/:slug": { who: "anyone", path: () => "/api/auth/callback/github?state=x&code=y" },
  "POST /api/auth/prove/:slug": {
    who: "people only",
    path: () => "/api/auth/prove/github",
    body: () => ({ purpose: "link" }),
  },
  "POST /api/auth/sign-in-link": {
    who: "anyone",
    path: () => "/api/auth/sign-in-link",
    body: (world) => ({ token: world.signInLink }),
  },
  "GET /api/auth/provider-sign-out/:slug": {
    who: "anyone",
    path: () => "/api/auth/provider-sign-out/github",
  },
  "POST /api/auth/test-provider": {
    who: { peopleOnly: ["admin"] },
    path: () => "/api/auth/test-provider",
    body: () => unreachableProvider,
  },
  "POST /api/auth/sign-out": { who: "anyone", path: () => "/api/auth/sign-out", body: everything },
};
