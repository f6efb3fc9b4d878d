"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useReason } from "#components/identity/use-reason.ts";
import { errorWords } from "#components/trpc/error-words.ts";
import { useTRPC } from "#components/trpc/provider.tsx";
import { Button } from "#components/ui/button.tsx";
import { buttonLook } from "#components/ui/button-look.ts";
import { Menu } from "#components/ui/menu.tsx";
import { say } from "#components/ui/toast.tsx";
import { isImportOver, type LocationItem } from "#server/catalog/model.ts";

const RemoveSourceDialog = lazy(() => import("./remove-source-dialog.tsx"));

export function SourceActions({ location }: { location: LocationItem }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isRemoving, setIsRemoving] = useState(false);
  const answered = {
    onSuccess: () => queryClient.invalidateQueries(trpc.catalog.pathFilter()),
    onError: (error: unknown) => say(errorWords(error).sentence, { tone: "danger" }),
  };
  const reimport = useMutation(trpc.catalog.reimport.mutationOptions(answered));
  const cancel = useMutation(trpc.catalog.cancelImport.mutationOptions(answered));
  const { id, may } = location;
  const why = {
    reimport: useReason(may.reimport),
    cancel: useReason(may.cancel),
    remove: useReason(may.remove),
  };
  return (
    <>
      {isImportOver(location.state) ? (
        <Button
          disabledReason={why.reimport}
          isBusy={reimport.isPending}
          onClick={() => reimport.mutate({ id })}
          data-quick-action="Import this source again"
        >
          Import again
        </Button>
      ) : (
        <Button disabledReason={why.cancel} isBusy={cancel.isPending} onClick={() => cancel.mutate({ id })}>
          Stop import
        </Button>
      )}
      <Menu
        label="More"
        className={buttonLook("secondary", "normal", false, true)}
        entries={[
          {
            label: "Remove source",
            isDanger: true,
            disabledReason: why.remove,
            onSelect: () => setIsRemoving(true),
          },
        ]}
      >
        <Ellipsis aria-hidden size={16} />
      </Menu>
      {isRemoving ? (
        <Suspense>
          <RemoveSourceDialog location={location} onClose={() => setIsRemoving(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
