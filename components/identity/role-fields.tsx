"use client";

import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { type Role, roles } from "#server/core/actor.ts";
import { roleNames, roleWords } from "#server/identity/model.ts";
import { GroupRefsField } from "./group-refs-field.tsx";

type Props = {
  role: Role;
  refs: readonly string[];
  offered?: readonly Role[];
  /** Whether groups count for other roles than guest too, as they do for service accounts. */
  hasGroupsAlways?: boolean;
  onChange: (next: { role: Role; refs: readonly string[] }) => void;
};

/** A role, and for guests the groups whose things they may see. */
export function RoleFields({ role, refs, offered = roles, hasGroupsAlways, onChange }: Props) {
  const isGuest = role === "guest";
  return (
    <>
      <Field label="Role" help={roleWords[role]}>
        {(control) => (
          <Select
            {...control}
            value={role}
            onChange={(event) => onChange({ role: event.target.value as Role, refs })}
            options={offered.map((name) => ({ value: name, label: roleNames[name] }))}
          />
        )}
      </Field>
      {isGuest || hasGroupsAlways ? (
        <GroupRefsField
          label={isGuest ? "May see what these groups own" : "Teams that it belongs to"}
          help={
            isGuest
              ? "And the groups themselves with their people; nothing else"
              : "Its maintainers look after it"
          }
          refs={refs}
          onChange={(next) => onChange({ role, refs: next })}
        />
      ) : null}
    </>
  );
}
