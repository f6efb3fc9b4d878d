"use client";

import { Rows3 } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { readPreference, setPreference } from "./preference.ts";

export function DensityToggle() {
  return (
    <Button
      className="max-sm:hidden"
      tone="quiet"
      label="Normal or compact rows"
      icon={<Rows3 aria-hidden size={16} strokeWidth={1.5} />}
      onClick={() => setPreference("density", readPreference("density") === "compact" ? "normal" : "compact")}
    />
  );
}
