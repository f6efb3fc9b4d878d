import { generateKeyPairSync, randomUUID } from "node:crypto";
import type { World } from "../world.ts";
import { adminOnly, type ProcedureRow, platform, type RestRow } from "./row.ts";

const connected = (world: World) => ({ id: world.connection });
const unreachable = {
  kind: "github" as const,
  name: "Nobody",
  webUrl: "http://127.0.0.1:1",
  token: "ghp_nobody",
  privateRanges: ["127.0.0.0/8"],
};

let made: string | undefined;
const appKey = () => {
  made ??= generateKeyPairSync("rsa", { modulusLength: 2048 })
    .privateKey.export({ type: "pkcs1", format: "pem" })
    .toString();
  return made;
};

export const connectionProcedures: Readonly<Record<string, ProcedureRow>> = {
  "connections.check": { who: platform, input: connected },
  "connections.list": { who: platform },
  "connections.makeSecret": {
    who: adminOnly,
    input: (world) => ({ ...connected(world), retiresOthers: false }),
  },
  "connections.remove": { who: adminOnly, input: connected },
  "connections.saveApp": {
    who: adminOnly,
    input: () => ({ name: "Nobody", webUrl: "https://github.com", appId: "1", privateKey: appKey() }),
  },
  "connections.saveToken": { who: adminOnly, input: () => ({ ...unreachable, name: randomUUID() }) },
  "connections.setState": { who: adminOnly, input: (world) => ({ ...connected(world), isOn: false }) },
};

export const connectionRoutes: Readonly<Record<string, RestRow>> = {
  "POST /api/connections/test": {
    who: adminOnly,
    path: () => "/api/connections/test",
    body: () => ({ ...unreachable, auth: "token" }),
  },
  "POST /api/connections/app-manifest": {
    who: adminOnly,
    path: () => "/api/connections/app-manifest",
    body: () => ({ name: "Nobody", webUrl: "https://github.com" }),
  },
  "GET /api/connections/app-manifest/:state": {
    who: adminOnly,
    path: () => "/api/connections/app-manifest/nobody-began-this-one",
  },
  "GET /api/connections/app-made": {
    who: adminOnly,
    path: () => "/api/connections/app-made?code=x&state=nobody-began-this-one",
  },
  "GET /api/connections/:id/installed": {
    who: platform,
    path: (world) => `/api/connections/${world.connection}/installed`,
  },
};
