"use client";

import { Badge } from "#components/ui/badge.tsx";
import { ChangeButton } from "#components/ui/change-button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Status } from "#components/ui/status.tsx";
import { Table, Td, Th, Tr } from "#components/ui/table.tsx";
import { issuerOf, type Protocol, protocolNames } from "#server/identity/providers/model.ts";
import { ProviderActions } from "./provider-actions.tsx";

type Row = {
  id: string;
  name: string;
  settings: { protocol: Protocol; issuer: string; tenant: string | null; admits: string };
  isSeeded: boolean;
  disabledAt: Date | null;
  accounts: number;
};

type Props = {
  providers: readonly Row[];
  refusal: { sentence: string } | null;
  onEdit: (id: string) => void;
  onChanged: () => void;
};

/** The providers that there are, switched on or off. */
export function ProviderTable({ providers, refusal, onEdit, onChanged }: Props) {
  if (providers.length === 0)
    return (
      <EmptyState kind="notConnected" isCompact title="No sign-in provider yet">
        Connect the identity provider of your company: anything that speaks OpenID Connect, GitHub, Google or
        Microsoft Entra.
      </EmptyState>
    );
  return (
    <Table label="Sign-in providers">
      <thead>
        <tr>
          <Th>Name</Th>
          <Th className="max-sm:hidden">Kind</Th>
          <Th className="max-lg:hidden">Issuer</Th>
          <Th>State</Th>
          <Th className="max-md:hidden" isNumber>
            Accounts
          </Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {providers.map((provider) => (
          <ProviderLine
            key={provider.id}
            provider={provider}
            refusal={refusal?.sentence ?? null}
            onEdit={onEdit}
            onChanged={onChanged}
          />
        ))}
      </tbody>
    </Table>
  );
}

type LineProps = {
  provider: Row;
  refusal: string | null;
  onEdit: (id: string) => void;
  onChanged: () => void;
};

function ProviderLine({ provider, refusal, onEdit, onChanged }: LineProps) {
  const { id, name, settings, isSeeded, disabledAt } = provider;
  return (
    <Tr>
      <Td className="font-medium">
        <span className="inline-flex min-w-0 flex-wrap items-center gap-x-2">
          {name}
          {isSeeded ? (
            <Badge title="Made from the settings that the portal was started with">Environment</Badge>
          ) : null}
        </span>
      </Td>
      <Td className="max-sm:hidden">{protocolNames[settings.protocol]}</Td>
      <Td className="break-all text-muted max-lg:hidden">{issuerOf(settings)}</Td>
      <Td>
        {disabledAt ? (
          <Status tone="neutral">Off</Status>
        ) : settings.admits === "known" ? (
          <Status tone="success">On, known people only</Status>
        ) : (
          <Status tone="success">On</Status>
        )}
      </Td>
      <Td className="max-md:hidden" isNumber>
        {provider.accounts}
      </Td>
      <Td>
        <span className="flex flex-wrap justify-end gap-1.5">
          <ChangeButton name={name} disabledReason={refusal} onChange={() => onEdit(id)} />
          <span className="flex gap-1.5 max-md:hidden">
            <ProviderActions {...{ id, name, refusal, onChanged }} isOn={disabledAt === null} />
          </span>
        </span>
      </Td>
    </Tr>
  );
}
