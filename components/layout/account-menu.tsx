"use client";

import { Keyboard, LogOut, Settings, Users } from "lucide-react";
import { useTheme } from "next-themes";
import { Menu, type MenuEntry } from "#components/ui/menu.tsx";
import { say } from "#components/ui/toast.tsx";
import { roleNames } from "#server/identity/model.ts";
import type { Viewer } from "./shell.tsx";
import { openHelp } from "./shell-events.ts";
import { signOut } from "./sign-out.ts";

export function AccountMenu({ viewer, version }: { viewer: Viewer; version: string }) {
  const { theme, setTheme } = useTheme();
  const entries: MenuEntry[] = [
    { kind: "note", title: viewer.name, detail: roleNames[viewer.role] },
    { kind: "line" },
    {
      kind: "choice",
      label: "Theme",
      value: theme ?? "system",
      onChoose: setTheme,
      options: [
        { value: "system", label: "As the system" },
        { value: "light", label: "Light" },
        { value: "dark", label: "Dark" },
      ],
    },
    { kind: "line" },
    { label: "Your account", icon: <Settings aria-hidden size={16} strokeWidth={1.5} />, href: "/account" },
    ...(viewer.isMaintainer
      ? [{ label: "Your teams", icon: <Users aria-hidden size={16} strokeWidth={1.5} />, href: "/teams" }]
      : []),
    {
      label: "Keyboard shortcuts",
      icon: <Keyboard aria-hidden size={16} strokeWidth={1.5} />,
      keys: "?",
      onSelect: openHelp,
    },
    {
      label: "Sign out",
      icon: <LogOut aria-hidden size={16} strokeWidth={1.5} />,
      onSelect: () =>
        void signOut().catch(() => say("Could not sign out: the portal did not answer", { tone: "danger" })),
    },
    { kind: "line" },
    { kind: "note", title: "", detail: `Milepost ${version}` },
  ];
  return (
    <Menu
      label={`Account of ${viewer.name}`}
      entries={entries}
      className="inline-flex size-8 items-center justify-center rounded-full hover:bg-hover aria-expanded:bg-hover"
    >
      <span
        aria-hidden
        className="inline-flex size-6 items-center justify-center rounded-full bg-neutral-tint font-medium text-[11px] text-fg-soft leading-none outline outline-line-strong"
      >
        {initials(viewer.name)}
      </span>
    </Menu>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => word?.[0]?.toUpperCase() ?? "")
    .join("");
}
