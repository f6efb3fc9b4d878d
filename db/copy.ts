import { finished } from "node:stream/promises";
import type { TransactionSql } from "postgres";
import type { Db } from "./types.ts";

/**
 * What `COPY … TO STDOUT` sends, in the connection of this transaction. Whoever stops reading early cancels it; the
 * connection is free again when the loop has ended.
 */
export async function* copyOut(tx: Db, statement: string): AsyncGenerator<Buffer> {
  const query = clientOf(tx).unsafe(statement);
  const stream = await query.readable();
  let isOver = false;
  try {
    for await (const piece of stream.iterator({ destroyOnReturn: false })) yield piece as Buffer;
    isOver = true;
  } finally {
    if (!isOver && !stream.destroyed) {
      // Destroyed, it would stop the whole connection in the middle of a message: what is under way is read and dropped.
      query.cancel();
      stream.on("error", () => {}).resume();
      await finished(stream).catch(() => {});
    }
    // The driver pauses its socket with a full buffer and resumes it on the next read, which never comes after the last
    // row: without this the connection would stay silent for ever.
    stream._read(0);
  }
}

export type CopySink = {
  write: (piece: Buffer) => Promise<void>;
  /** The rows are there when it has settled. */
  end: () => Promise<void>;
  /** Takes back what was written and frees the connection; the transaction cannot go on. */
  abandon: () => void;
};

/** Takes what `COPY … FROM STDIN` wants. Rejects with the server's error, whenever the server finds it. */
export async function copyIn(tx: Db, statement: string): Promise<CopySink> {
  const query = clientOf(tx).unsafe(statement);
  const stream = await query.writable();
  let failure: Error | undefined;
  stream.on("error", (error) => {
    failure ??= error;
  });
  // The driver tells a refusal that comes after the last row to this promise alone, which is settled by then.
  (query as unknown as { reject: (error: Error) => void }).reject = (error) => stream.destroy(error);
  return {
    write: (piece) =>
      new Promise((resolve, reject) => {
        stream.write(piece, (error) => (failure || error ? reject(failure ?? error) : resolve()));
      }),
    end: async () => {
      if (failure) throw failure;
      stream.end();
      await finished(stream);
    },
    abandon: () => void stream.destroy(new Error("Abandoned")),
  };
}

/** Drizzle has no COPY, and its transactions keep the driver's client to themselves. */
function clientOf(tx: Db): TransactionSql {
  const { session } = tx as unknown as { session?: { client?: TransactionSql } };
  if (!session?.client || "begin" in session.client)
    throw new Error("COPY needs a transaction: its rows belong together");
  return session.client;
}
