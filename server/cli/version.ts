export { readRelease as version } from "#server/core/release.ts";
