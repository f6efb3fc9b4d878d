import "./globals.css";
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { ThemeProvider } from "#components/layout/theme-provider.tsx";
import { CopyLayer } from "#components/ui/copy-layer.tsx";
import { TimeLayer } from "#components/ui/time-layer.tsx";
import { Toasts } from "#components/ui/toast.tsx";
import { TooltipLayer } from "#components/ui/tooltip-layer.tsx";

export const metadata: Metadata = {
  title: { default: "Milepost", template: "%s · Milepost" },
  description: "A developer portal: services, their owners, and how software reaches people",
  robots: { index: false, follow: false },
  icons: { icon: { url: "/milepost.svg", type: "image/svg+xml" } },
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#ffffff" },
    { media: "(prefers-color-scheme: dark)", color: "#0f1113" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // The listener makes one for each request; without it the theme's first script would not be allowed to run.
  const carried = await headers();
  const nonce = carried.get("x-nonce") ?? undefined;
  // Which key opens the palette is said on every page, so it is known before the first paint.
  const keys = /Mac|iPhone|iPad/.test(carried.get("user-agent") ?? "") ? "apple" : "other";
  return (
    <html
      lang="en"
      data-keyboard={keys}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      suppressHydrationWarning
    >
      <body>
        <ThemeProvider nonce={nonce}>
          {children}
          <Toasts />
        </ThemeProvider>
        <TooltipLayer />
        <CopyLayer />
        <TimeLayer />
      </body>
    </html>
  );
}
