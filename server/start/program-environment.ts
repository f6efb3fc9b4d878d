import type { StarterOptions } from "./starter.ts";

/** The environment of web and worker: ours, with what they cannot know. `embeddedUrl` is null for a server of the user's own. */
export function programEnvironment(
  options: Pick<StarterOptions, "isDev" | "pages">,
  embeddedUrl: string | null,
): NodeJS.ProcessEnv {
  const {
    DATABASE_URL,
    NEXT_DIST_DIR: _,
    MILEPOST_REEXECUTED: __,
    MILEPOST_BEGAN_AT: ___,
    ...rest
  } = process.env;
  return {
    ...rest,
    NODE_ENV: options.isDev ? "development" : "production",
    NEXT_TELEMETRY_DISABLED: "1",
    ...(options.isDev ? { MILEPOST_DEV: "1" } : {}),
    ...(options.pages ? { NEXT_DIST_DIR: options.pages } : {}),
    ...(process.stdout.isTTY ? { MILEPOST_TERMINAL: "1" } : {}),
    DATABASE_URL: embeddedUrl ?? DATABASE_URL,
    ...(embeddedUrl ? { MILEPOST_EMBEDDED: "1" } : {}),
  };
}
