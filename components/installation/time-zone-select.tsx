"use client";

import { useState } from "react";
import { Select } from "#components/ui/select.tsx";
import { timeZones } from "#server/installation/model.ts";

type Props = { id: string; value: string; onChange: (zone: string) => void };

/** All zones that this runtime knows, and the present one in any case: server and browser may know different lists. */
export function TimeZoneSelect({ value, onChange, ...control }: Props) {
  const [known] = useState(timeZones);
  const zones = known.includes(value) ? known : [value, ...known];
  return (
    <Select
      {...control}
      options={zones.map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }))}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
