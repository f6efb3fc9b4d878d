import { everything, type ProcedureRow, type RestRow, unreachableProvider } from "./row.ts";

export const setupProcedures: Readonly<Record<string, ProcedureRow>> = {
  "setup.answer": { who: "setup", input: () => ({ step: "github" }) },
  "setup.finish": { who: "setup" },
  "setup.makeWebhookSecret": { who: "setup" },
  "setup.providers": { who: "setup" },
  "setup.saveProvider": { who: "setup", input: () => ({}) },
  "setup.setTimeZone": { who: "setup", input: () => ({ timeZone: "UTC" }) },
  "setup.state": { who: "setup" },
};

export const setupRoutes: Readonly<Record<string, RestRow>> = {
  "POST /api/setup/open": {
    who: "setup",
    path: () => "/api/setup/open",
    body: () => ({ token: "not the setup token" }),
  },
  "POST /api/setup/sign-in/:slug": {
    who: "setup",
    path: () => "/api/setup/sign-in/github",
    body: everything,
  },
  "POST /api/setup/test-provider": {
    who: "setup",
    path: () => "/api/setup/test-provider",
    body: () => unreachableProvider,
  },
};
