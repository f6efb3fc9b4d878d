import { defineConfig } from "vitest/config";

export default defineConfig({
  root: new URL("..", import.meta.url).pathname,
  test: {
    include: ["{app,components,server,db}/**/*.test.{ts,tsx}"],
    globalSetup: ["server/testing/test-server.ts"],
    pool: "forks",
    maxWorkers: 2,
    // The one of server/testing/keyring.ts, for code that takes the process's own.
    env: {
      MILEPOST_SECRET_KEY: "test:a key for tests that nobody keeps anything behind",
      // Refusals are what many tests are about; their lines would bury the report.
      LOG_LEVEL: process.env.LOG_LEVEL ?? "error",
    },
    testTimeout: 240_000,
    // What comes by itself comes late on a machine with much else to do: a second, the usual patience, is none.
    expect: { poll: { timeout: 60_000 } },
    hookTimeout: 120_000,
  },
});
