"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { useRouter } from "next/navigation";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { buttonLook } from "#components/ui/button-look.ts";
import { Menu } from "#components/ui/menu.tsx";
import { say } from "#components/ui/toast.tsx";
import type { Refusal } from "#server/core/refusal.ts";

type Props = {
  entityRef: string;
  locationId: string;
  sourceUrl: string | null;
  reimportRefusal: Refusal | null;
};

export function EntityMenu({ entityRef, locationId, sourceUrl, reimportRefusal }: Props) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const reimport = useMutation(
    trpc.catalog.reimport.mutationOptions({
      onSuccess: async ({ id }) => {
        await queryClient.invalidateQueries(trpc.catalog.pathFilter());
        router.push(`/catalog/sources/${id}`);
      },
      onError: (error) => say(errorWords(error).sentence, { tone: "danger" }),
    }),
  );
  return (
    <Menu
      label="More"
      className={buttonLook("secondary", "normal", false, true)}
      entries={[
        ...(sourceUrl ? [{ label: "Open the file where it lies", href: sourceUrl }] : []),
        { label: "Source of this entry", href: `/catalog/sources/${locationId}` },
        {
          label: "Import its source again",
          onSelect: () => reimport.mutate({ id: locationId }),
          disabledReason: useReason(reimportRefusal),
        },
        { kind: "line" },
        {
          label: "Copy link",
          onSelect: () =>
            void navigator.clipboard.writeText(location.href).then(
              () => say("Link copied"),
              () => say(`The link could not be copied: ${entityRef}`, { tone: "danger" }),
            ),
        },
      ]}
    >
      <Ellipsis aria-hidden size={16} />
    </Menu>
  );
}
