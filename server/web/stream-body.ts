import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { HttpAnswer } from "#server/http/route.ts";

/** With what is in flight it stays within the five seconds after which nobody may get anything any more. */
const checkEveryMs = 3_000;

/**
 * Sends a body in parts. Who may get it is asked anew every three seconds, whether or not the reader reads: the
 * connection is cut as soon as the session ended, the token was revoked or the person was disabled. What cannot be asked
 * counts as no.
 */
export async function streamBody(
  response: ServerResponse,
  body: AsyncIterable<string | Buffer>,
  mayGoOn: HttpAnswer["mayGoOn"],
): Promise<void> {
  const source = Readable.from(body);
  let isCut = false;
  const cut = () => {
    isCut = true;
    source.destroy();
    response.destroy();
  };
  const ask = () => void mayGoOn?.().then((may) => (may ? undefined : cut()), cut);
  const timer = mayGoOn ? setInterval(ask, checkEveryMs) : undefined;
  try {
    await pipeline(source, response);
  } catch (error) {
    if (!isCut) throw error;
  } finally {
    clearInterval(timer);
  }
}
