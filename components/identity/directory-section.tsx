"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { CommandLine } from "#components/ui/command-line.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Section } from "#components/ui/section.tsx";
import { ShownOnce } from "#components/ui/shown-once.tsx";
import { SkeletonRows } from "#components/ui/skeleton.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { say } from "#components/ui/toast.tsx";
import { ConnectDirectoryDialog } from "./connect-directory-dialog.tsx";

type Provider = { id: string; name: string };
type Props = { providers: readonly Provider[]; publicUrl: string | null; refusal: string | null };

/** Directories that write people and groups by SCIM, so that whoever leaves the company has left the portal too. */
export function DirectorySection({ providers, publicUrl, refusal }: Props) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data, error } = useQuery(trpc.identity.directories.queryOptions());
  const [isConnecting, setIsConnecting] = useState(false);
  const [token, setToken] = useState<string | null>(null);
  const refresh = () => void queryClient.invalidateQueries(trpc.identity.directories.pathFilter());
  const reason = refusal ?? (providers.length === 0 ? "Add the sign-in provider first" : null);
  return (
    <Section title="Directories" className="pt-6">
      <p className="max-w-[640px] pb-3 text-muted text-table">
        A directory such as Okta or Entra tells the portal by SCIM 2.0 who belongs to which group and who has
        left. Whoever is switched off there loses access here at once.
      </p>
      {error ? <p className="text-danger text-small">{errorWords(error).sentence}</p> : null}
      {!data && !error ? <SkeletonRows rows={2} label="Loading the directories" /> : null}
      {data && data.length > 0 ? (
        <Table label="Directories">
          <thead>
            <tr>
              <Th>Name</Th>
              <Th className="max-md:hidden">People sign in with</Th>
              <Th isNumber>People</Th>
              <Th className="max-sm:hidden" isNumber>
                Groups
              </Th>
              <Th className="max-md:hidden">Last written</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {data.map((directory) => (
              <Tr key={directory.id}>
                <Td className="font-medium">
                  {directory.name}{" "}
                  <span className="font-mono font-normal text-muted text-small">…{directory.hint}</span>
                </Td>
                <Td className="max-md:hidden">{directory.providerName ?? "A provider that was removed"}</Td>
                <Td isNumber>
                  <span title="Have signed in, of all in the directory">
                    {directory.matched} of {directory.users}
                  </span>
                </Td>
                <Td className="max-sm:hidden" isNumber>
                  {directory.groups}
                </Td>
                <Td className="text-muted max-md:hidden">
                  {directory.writtenAt ? <RelativeTime at={directory.writtenAt} /> : "Never"}
                </Td>
                <Td>
                  <Actions {...{ directory, refusal, refresh, onToken: setToken }} />
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      ) : null}
      <span className="inline-flex pt-3">
        <Button disabledReason={reason} onClick={() => setIsConnecting(true)}>
          Connect a directory
        </Button>
      </span>
      {isConnecting ? (
        <ConnectDirectoryDialog
          providers={providers}
          onClose={() => setIsConnecting(false)}
          onMade={(made) => {
            setIsConnecting(false);
            setToken(made);
            refresh();
          }}
        />
      ) : null}
      {token ? <MadeToken {...{ token, publicUrl }} onClose={() => setToken(null)} /> : null}
    </Section>
  );
}

type ActionProps = {
  directory: Provider;
  refusal: string | null;
  refresh: () => void;
  onToken: (token: string) => void;
};

/** Both ask once more in place: the token in use ends, or all that the directory wrote goes. */
function Actions({ directory: { id, name }, refusal, refresh, onToken }: ActionProps) {
  const trpc = useTRPC();
  const [asked, setAsked] = useState<"renew" | "disconnect" | null>(null);
  const shared = {
    onError: (error: unknown) => say(errorWords(error).sentence, { tone: "danger" as const }),
    onSettled: () => {
      setAsked(null);
      refresh();
    },
  };
  const renew = useMutation(
    trpc.identity.renewDirectoryToken.mutationOptions({
      ...shared,
      onSuccess: (made) => onToken(made.token),
    }),
  );
  const disconnect = useMutation(
    trpc.identity.disconnectDirectory.mutationOptions({
      ...shared,
      onSuccess: () => say(`${name} was disconnected`),
    }),
  );
  if (!asked)
    return (
      <span className="flex flex-wrap justify-end gap-1.5">
        <Button
          size="small"
          disabledReason={refusal}
          aria-label={`New token for ${name}`}
          onClick={() => setAsked("renew")}
        >
          New token
        </Button>
        <Button
          size="small"
          disabledReason={refusal}
          aria-label={`Disconnect ${name}`}
          onClick={() => setAsked("disconnect")}
        >
          Disconnect
        </Button>
      </span>
    );
  return (
    <span className="flex flex-wrap justify-end gap-1.5">
      <Button size="small" tone="quiet" onClick={() => setAsked(null)}>
        Keep
      </Button>
      <Button
        size="small"
        tone="danger"
        isBusy={renew.isPending || disconnect.isPending}
        onClick={() => (asked === "renew" ? renew : disconnect).mutate({ id })}
      >
        {asked === "renew" ? "End the token in use" : "Disconnect and forget its groups"}
      </Button>
    </span>
  );
}

function MadeToken({
  token,
  publicUrl,
  onClose,
}: {
  token: string;
  publicUrl: string | null;
  onClose: () => void;
}) {
  const address = `${(publicUrl ?? "").replace(/\/$/, "")}/api/scim/v2`;
  return (
    <ShownOnce
      title="Copy both into your directory now"
      description="The token is not shown again."
      onClose={onClose}
    >
      <p className="font-medium text-table">Address</p>
      <CommandLine command={address} what="address" />
      <p className="font-medium text-table">Token</p>
      <CommandLine command={token} what="token" />
    </ShownOnce>
  );
}
