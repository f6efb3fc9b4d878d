/** @type {import("next").NextConfig} */
export default {
  distDir: process.env.NEXT_DIST_DIR ?? ".next",
  // A build for `npm start` does not check types again, and leaves the project's tsconfig alone.
  typescript: {
    tsconfigPath: process.env.NEXT_TSCONFIG ?? "tsconfig.json",
    ignoreBuildErrors: process.env.NEXT_TSCONFIG !== undefined,
  },
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // No optimiser: it would fetch and cache on the server what only the browser should ask for.
  images: { unoptimized: true },
  // They open sockets, read their own files or fork: Node loads them, the bundler leaves them alone.
  serverExternalPackages: ["undici", "prom-client", "postgres", "pg-boss", "pino", "pino-pretty"],
};
