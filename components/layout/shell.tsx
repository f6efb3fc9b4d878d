import type { ReactNode } from "react";
import { AccountMenu } from "./account-menu.tsx";
import { EvaluationLine } from "./evaluation-line.tsx";
import { Inbox } from "./inbox.tsx";
import { KeyHost } from "./key-host.tsx";
import type { Role } from "./places.ts";
import { Rail } from "./rail.tsx";
import { TopBar } from "./top-bar.tsx";

export type Viewer = { name: string; role: Role; hasShortcuts: boolean; isMaintainer: boolean };

type Props = {
  viewer: Viewer;
  version: string;
  isEvaluation: boolean;
  /** The zone of the organisation: exact times name it beside the reader's own. */
  timeZone: string;
  preferences: { rail: "full" | "narrow"; density: "normal" | "compact" };
  children: ReactNode;
};

/** The frame of every page behind sign-in. */
export function Shell({ viewer, version, isEvaluation, timeZone, preferences, children }: Props) {
  return (
    <div
      data-shell
      data-zone={timeZone}
      data-rail={preferences.rail}
      data-density={preferences.density}
      data-keys={viewer.hasShortcuts ? "on" : "off"}
      className="flex min-h-dvh"
    >
      <a
        href="#main"
        className="-top-12 fixed left-3 z-50 rounded-control bg-accent px-3 py-2 font-medium text-on-accent text-table focus:top-2"
      >
        Skip to content
      </a>
      <Rail role={viewer.role} />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar role={viewer.role}>
          <Inbox />
          <AccountMenu viewer={viewer} version={version} />
        </TopBar>
        {isEvaluation ? <EvaluationLine role={viewer.role} /> : null}
        <main id="main" tabIndex={-1} className="mx-auto w-full max-w-[1440px] flex-1 px-4 pb-12 sm:px-6">
          {children}
        </main>
      </div>
      <KeyHost role={viewer.role} />
    </div>
  );
}
