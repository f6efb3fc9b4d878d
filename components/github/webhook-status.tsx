import { getQueryClient, trpc } from "#components/trpc/server.ts";
import { Notice } from "#components/ui/notice.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";

/** How the intake stands: connected, waiting, given up. */
export async function WebhookStatus() {
  const status = await getQueryClient().fetchQuery(trpc.github.status.queryOptions());
  if (!status.isConnected)
    return (
      <div className="pt-3">
        <Notice tone="warning" title="No webhook secret is set, so every webhook is refused">
          Make a secret here, enter it at GitHub's webhook, and point that at {status.path}.
        </Notice>
      </div>
    );
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1 pt-3 text-table">
      <Fact term="Last received">
        {status.lastReceivedAt ? <RelativeTime at={status.lastReceivedAt} /> : "Never"}
      </Fact>
      <Fact term="Waiting">{status.pending.toLocaleString("en")}</Fact>
      <Fact term="Given up">{status.failed.toLocaleString("en")}</Fact>
      <Fact term="Address">
        <code className="font-mono text-small">{status.path}</code>
      </Fact>
    </dl>
  );
}

function Fact({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <div className="flex gap-1.5">
      <dt className="text-muted">{term}</dt>
      <dd className="tabular">{children}</dd>
    </div>
  );
}
