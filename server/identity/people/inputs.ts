import { z } from "zod";
import { roles } from "#server/core/actor.ts";

const groupRef = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^group:[^/:\s]{1,63}\/[^/:\s]{1,63}$/,
    "Choose a group of the catalog, such as group:default/payments",
  );
const guestGroups = z.array(groupRef).max(50, "At most 50 groups").default([]);

/** A guest without a group would see nothing, which nobody means. */
const withGuestGroups = <T extends { role?: string; guestGroupRefs: string[] }>(value: T) =>
  value.role !== "guest" || value.guestGroupRefs.length > 0;
const guestNeedsGroups = { error: "Say which groups a guest may see", path: ["guestGroupRefs"] };

export const peopleFilters = ["all", "unmatched", "disabled"] as const;

export const ListPeople = z.object({
  query: z.string().trim().max(200).default(""),
  filter: z.enum(peopleFilters).default("all"),
  cursor: z.string().max(2000).optional(),
  limit: z.number().int().min(1).max(100).default(50),
});
export type ListPeople = z.infer<typeof ListPeople>;

export const UserId = z.object({ userId: z.uuid() });
export type UserId = z.infer<typeof UserId>;

export const LinkPerson = z.object({
  userId: z.uuid(),
  /** A User of the catalogue; null takes the link away. */
  personRef: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^user:[^/:\s]{1,63}\/[^/:\s]{1,63}$/, "Choose a person of the catalog, such as user:default/ana")
    .nullable(),
});
export type LinkPerson = z.infer<typeof LinkPerson>;

export const FindPersonChoices = z.object({ query: z.string().trim().max(100).default("") });
export type FindPersonChoices = z.infer<typeof FindPersonChoices>;

export const SetRole = z
  .object({
    userId: z.uuid(),
    /** Absent: from the groups again. */
    role: z.enum(roles).optional(),
    guestGroupRefs: guestGroups,
  })
  .refine(withGuestGroups, guestNeedsGroups);
export type SetRole = z.input<typeof SetRole>;

export const DisablePerson = z.object({
  userId: z.uuid(),
  reason: z
    .string()
    .trim()
    .min(1, "Say why, for whoever looks at it later")
    .max(200, "Use at most 200 characters"),
});
export type DisablePerson = z.infer<typeof DisablePerson>;

export const mappingSources = ["claim", "github", "scim", "catalog", "everybody"] as const;

export const SaveGroupRole = z
  .object({
    source: z.enum(mappingSources),
    /** The provider or the SCIM connection that names the group; absent for the catalogue and for everybody. */
    connectionId: z.uuid().nullish(),
    groupName: z.string().trim().max(300, "Use at most 300 characters").default(""),
    role: z.enum(roles),
    guestGroupRefs: guestGroups,
  })
  .refine((it) => it.source === "everybody" || withGuestGroups(it), guestNeedsGroups)
  .refine((it) => it.source === "everybody" || it.groupName !== "", {
    error: "Write the group's name as the source has it",
    path: ["groupName"],
  })
  .refine((it) => ["everybody", "catalog"].includes(it.source) === !it.connectionId, {
    error: "Choose where the group is known from",
    path: ["connectionId"],
  });
export type SaveGroupRole = z.input<typeof SaveGroupRole>;

export const GroupRoleId = z.object({ id: z.uuid() });
export type GroupRoleId = z.infer<typeof GroupRoleId>;

export const SetMaintainer = z.object({ groupRef, userId: z.uuid(), isOn: z.boolean() });
export type SetMaintainer = z.infer<typeof SetMaintainer>;

export const ResolveReview = z.object({
  id: z.uuid(),
  note: z.string().trim().min(1, "Say who answers for it now").max(300, "Use at most 300 characters"),
});
export type ResolveReview = z.infer<typeof ResolveReview>;

const granter = z.union([
  z.enum(["admin", "platform"]),
  z.templateLiteral(["maintainer:", z.string().max(300)]),
]);
export const ReadGranters = z.object({ grantedBy: z.array(granter).max(60) });
export type ReadGranters = z.infer<typeof ReadGranters>;

export const CreateServiceAccount = z
  .object({
    name: z.string().trim().min(1, "Give it a name").max(80, "Use at most 80 characters"),
    role: z.enum(roles),
    groupRefs: guestGroups,
  })
  .refine((it) => it.role !== "guest" || it.groupRefs.length > 0, {
    error: "Say which groups it may see",
    path: ["groupRefs"],
  });
export type CreateServiceAccount = z.input<typeof CreateServiceAccount>;

export const ServiceAccountId = z.object({ id: z.uuid() });
export type ServiceAccountId = z.infer<typeof ServiceAccountId>;
