import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The PostgreSQL driver (postgres 3.4.9) writes to a connection that has just closed: that ends the process, or leaves
 * unsent bytes behind that spoil the connection for ever (porsager/postgres#1154, #1208). A transaction whose connection
 * broke goes on sending: its statements, and its rollback, go into whatever uses that connection by then, or the connection
 * is set aside as busy and never used again, until none is left. Until a release mends it the programs carry it with
 * these places corrected; a build fails when they are not as expected.
 */
const corrections = {
  "connection.js": [
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
    // Nothing is sent before the server is ready for it: neither to a closed connection nor ahead of the start of a new one.
    {
      from: "    if (stream)\n      return queryError(",
      to:
        "    if (!isReady)\n      return (queryError(q, Errors.connection('CONNECTION_CLOSED', options)), true)\n\n" +
        "    if (stream)\n      return queryError(",
      times: 1,
    },
    { from: "    , terminated = false\n", to: "    , terminated = false\n    , isReady = false\n", times: 1 },
    {
      from: "  function ReadyForQuery(x) {\n",
      to: "  function ReadyForQuery(x) {\n    isReady = true\n",
      times: 1,
    },
    {
      from: "    socket.removeAllListeners()\n    socket = null\n",
      to: "    socket.removeAllListeners()\n    socket = null\n    isReady = false\n",
      times: 1,
    },
  ],
  "index.js": [
    // What belongs to a transaction whose connection broke is refused, whoever has the connection by then.
    {
      from: "new Promise((_, reject) => connection.onclose = reject)\n      ])\n    } catch (error) {",
      to:
        "new Promise((_, reject) => connection.onclose = (e) => { lost = e; reject(e) })\n" +
        "      ])\n    } catch (error) {",
      times: 1,
    },
    {
      from: "    let savepoints = 0\n      , connection\n",
      to: "    let savepoints = 0\n      , lost = null\n      , connection\n",
      times: 1,
    },
    {
      from: "        q.catch(e => uncaughtError || (uncaughtError = e))\n",
      to:
        "        q.catch(e => uncaughtError || (uncaughtError = e))\n" +
        "        if (lost) return q.reject(lost)\n",
      times: 1,
    },
  ],
};

/** For esbuild, which leaves all other packages as they are. */
export function mendPostgres(root) {
  const sources = join(root, "node_modules/postgres/src");
  return {
    name: "mend-postgres",
    setup(build) {
      build.onResolve({ filter: /^postgres$/ }, () => ({ path: join(sources, "index.js") }));
      build.onLoad({ filter: /[\\/]postgres[\\/]src[\\/](connection|index)\.js$/ }, ({ path }) => ({
        contents: corrections[path.replace(/^.*[\\/]/, "")].reduce(correct, readFileSync(path, "utf8")),
        loader: "js",
      }));
    },
  };
}

function correct(text, { from, to, times }) {
  const parts = text.split(from);
  if (parts.length !== times + 1)
    throw new Error(
      `The PostgreSQL driver has changed: see whether server/start/mend-postgres.mjs is still needed (${from.trim()})`,
    );
  return parts.join(to);
}
