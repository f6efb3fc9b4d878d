"use client";

import { startTour } from "#components/layout/shell-events.ts";
import { Button } from "#components/ui/button.tsx";

export function TourButton() {
  return (
    <Button size="small" onClick={startTour}>
      Take the tour
    </Button>
  );
}
