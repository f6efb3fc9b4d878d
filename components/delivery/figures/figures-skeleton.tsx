import { Skeleton } from "#components/ui/skeleton.tsx";

/** In the geometry of the page, so that nothing jumps when the figures arrive. */
export function FiguresSkeleton() {
  return (
    <div role="status" aria-label="Loading figures" className="flex flex-col gap-8">
      <div className="flex flex-col gap-1">
        <Skeleton className="h-5 w-full max-w-120" />
        <Skeleton className="h-4 w-full max-w-150" />
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-6 md:grid-cols-2">
        {["throughput", "instability"].map((side) => (
          <div key={side} className="flex flex-col gap-6">
            <Skeleton className="h-5 w-28" />
            <Skeleton className="h-28 w-full" />
            <Skeleton className="h-28 w-full" />
            <Skeleton className="h-28 w-full" />
          </div>
        ))}
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-8 md:grid-cols-2">
        <Skeleton className="h-60 w-full" />
        <Skeleton className="h-60 w-full" />
      </div>
    </div>
  );
}
