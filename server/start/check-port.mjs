import { createServer } from "node:net";
import { StopError } from "./stop-error.mjs";

/** Refuses a port that another program holds before minutes go into a build; port 0 means any. */
export async function checkPort(env = process.env) {
  const port = Number(env.PORT || 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new StopError(`PORT is "${env.PORT}", which is no port: set PORT to a number from 1 to 65535`);
  const host = env.HOST || "127.0.0.1";
  const error = port === 0 ? null : await tryListen(port, host);
  if (error) throw new StopError(portSentence(port, host, error));
}

/** What to tell about a port that cannot be had, by the error's code. */
export function portSentence(port, host, code) {
  if (code === "EADDRINUSE")
    return `Port ${port} is in use by another program: end that program, or choose another port, for example PORT=${port === 65_535 ? 3000 : port + 1} npm start`;
  if (code === "EACCES")
    return `Port ${port} may not be used by this user: choose a port above 1023, for example PORT=3000 npm start`;
  return `Nothing can listen on ${host}, port ${port} (${code}): set HOST to an address of this machine, such as 127.0.0.1`;
}

function tryListen(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", (error) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}
