import { z } from "zod";
import { badgeKinds } from "./model.ts";

const entityRef = z.string().min(1).max(400);
export const ListBadges = z.object({ entityRef });
export type ListBadges = z.infer<typeof ListBadges>;

export const MakeBadge = z.object({ entityRef, kind: z.enum(badgeKinds) });
export type MakeBadge = z.infer<typeof MakeBadge>;

export const BadgeId = z.object({ id: z.uuid() });
export type BadgeId = z.infer<typeof BadgeId>;
