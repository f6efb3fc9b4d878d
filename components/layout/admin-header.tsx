import type { ReactNode } from "react";
import { PageHeader } from "#components/ui/page-header.tsx";
import { Tabs } from "#components/ui/tabs.tsx";

const tabs = [
  { href: "/admin/connections", label: "Connections" },
  { href: "/admin/webhooks", label: "Webhook log" },
  { href: "/admin/delivery", label: "Delivery" },
  { href: "/admin/audit", label: "Audit log" },
  { href: "/admin/people", label: "People" },
  { href: "/admin/roles", label: "Roles" },
  { href: "/admin/service-accounts", label: "Service accounts" },
  { href: "/admin/tokens", label: "API tokens" },
  { href: "/admin/cards", label: "Cards" },
  { href: "/admin/searches", label: "Searches" },
  { href: "/admin/shadow", label: "Backstage" },
  { href: "/admin/backups", label: "Backups" },
  { href: "/admin/stored-data", label: "Stored data" },
  { href: "/admin/sign-in", label: "Sign-in" },
  { href: "/admin/settings", label: "Settings" },
] as const;

type Props = { current: (typeof tabs)[number]["href"]; summary: ReactNode; action?: ReactNode };

/** The head of each page of the admin room. */
export function AdminHeader({ current, summary, action }: Props) {
  return (
    <>
      <PageHeader title="Admin" summary={summary} action={action} />
      <Tabs label="Admin" tabs={tabs.map((tab) => ({ ...tab, isCurrent: tab.href === current }))} />
    </>
  );
}
