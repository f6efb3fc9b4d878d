import { Box, Boxes, Cable, CircleDot, Database, FileStack, Layers, MapPin, User, Users } from "lucide-react";
import type { ComponentType } from "react";

const icons: Record<
  string,
  ComponentType<{ size?: number; strokeWidth?: number; className?: string; "aria-hidden"?: boolean }>
> = {
  component: Box,
  api: Cable,
  resource: Database,
  system: Boxes,
  domain: Layers,
  group: Users,
  user: User,
  template: FileStack,
  location: MapPin,
};

/** Always beside a word: the kind's or the name's. */
export function KindIcon({ kind, size = 16 }: { kind: string; size?: number }) {
  const Icon = icons[kind.toLowerCase()] ?? CircleDot;
  return <Icon aria-hidden size={size} strokeWidth={1.5} className="shrink-0 text-muted" />;
}
