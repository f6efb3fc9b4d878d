import { defineConfig } from "@playwright/test";
import { findChromium } from "../server/start/find-chromium.mjs";

// Found once, and handed on to the workers, which read this file again.
const executablePath = process.env.PLAYWRIGHT_CHROMIUM_PATH ?? (await findChromium());
if (executablePath) process.env.PLAYWRIGHT_CHROMIUM_PATH = executablePath;

// One portal serves all journeys (e2e/portal-setup.ts), so they make what they change themselves.
export default defineConfig({
  testDir: "../e2e",
  outputDir: "../test-results/journeys",
  globalSetup: "../e2e/portal-setup.ts",
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  // Far more than a journey takes: nothing here measures, and a machine with much else to do is slow.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [["list"], ["json", { outputFile: "../test-results/e2e.json" }]],
  use: {
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "UTC",
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
