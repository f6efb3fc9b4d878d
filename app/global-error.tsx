"use client";

import "./globals.css";

/** When even the frame could not be made. It imports nothing: every page carries it along. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong · Milepost</title>
        <main className="mx-auto max-w-115 px-4 py-12">
          <h1 className="font-semibold text-title">The page could not be made</h1>
          <p className="pt-1 text-fg-soft text-table">
            The portal or its database may be starting. Try again in a moment; if it stays, quote the request.
          </p>
          {error.digest ? <p className="pt-1 font-mono text-muted text-small">{error.digest}</p> : null}
          <button
            type="button"
            onClick={() => location.reload()}
            className="mt-4 h-8 rounded-control bg-accent px-3 font-medium text-on-accent text-table hover:bg-accent-strong"
          >
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
