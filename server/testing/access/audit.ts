import { everything, type ProcedureRow, platform, type RestRow } from "./row.ts";

export const auditProcedures: Readonly<Record<string, ProcedureRow>> = {
  "audit.check": { who: platform },
  "audit.list": { who: platform, input: everything },
  "audit.removeSink": { who: { peopleOnly: ["admin"] }, input: (world) => ({ id: world.auditSink }) },
  "audit.requestCheck": { who: platform },
  "audit.saveSink": {
    who: { peopleOnly: ["admin"] },
    input: () => ({ name: "Logs", address: "syslog+tls://logs.example.com:6514" }),
  },
  "audit.sinks": { who: platform },
  "audit.types": { who: platform },
};

export const auditRoutes: Readonly<Record<string, RestRow>> = {
  "GET /api/v1/audit/events.jsonl": {
    who: platform,
    path: () => "/api/v1/audit/events.jsonl?stream=token",
  },
};
