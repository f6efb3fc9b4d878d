declare module "#server/core/events.ts" {
  interface EventTypes {
    "backup.requested": Record<string, never>;
    "backup.made": {
      file: string;
      reason: "schedule" | "request" | "upgrade";
      bytes: number;
      sha256: string;
    };
    "backup.failed": { file: string; reason: "schedule" | "request" | "upgrade"; failure: string };
    "backup.removed": { file: string };
    "backup.restored": { createdAt: string; release: string; rows: number; sha256: string };
  }
}

export {};
