import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The PostgreSQL driver (postgres 3.4.9) writes to a connection that has just closed: that ends the process, or leaves
 * unsent bytes behind that spoil the connection for ever (porsager/postgres#1154, #1208). Until a release mends it the
 * programs carry it with these places corrected; a build fails when they are not as expected.
 */
const corrections = [
  {
    from: "    const x = socket.write(chunk, fn)\n",
    to:
      "    if (!socket) {\n      chunk = nextWriteTimer = null\n" +
      "      error(Errors.connection('CONNECTION_CLOSED', options))\n      return false\n    }\n" +
      "    const x = socket.write(chunk, fn)\n",
    times: 1,
  },
  {
    from: "    clearImmediate(nextWriteTimer)\n",
    to: "    clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n",
    times: 2,
  },
];

/** For esbuild, which leaves all other packages as they are. */
export function mendPostgres(root) {
  const sources = join(root, "node_modules/postgres/src");
  return {
    name: "mend-postgres",
    setup(build) {
      build.onResolve({ filter: /^postgres$/ }, () => ({ path: join(sources, "index.js") }));
      build.onLoad({ filter: /[\\/]postgres[\\/]src[\\/]connection\.js$/ }, ({ path }) => ({
        contents: corrections.reduce(correct, readFileSync(path, "utf8")),
        loader: "js",
      }));
    },
  };
}

function correct(text, { from, to, times }) {
  const parts = text.split(from);
  if (parts.length !== times + 1)
    throw new Error(
      "The PostgreSQL driver has changed: see whether server/start/mend-postgres.mjs is still needed",
    );
  return parts.join(to);
}
