/** Hatching for what could not be seen, the same on every chart. Stands in its `defs`, before anything that is filled with it. */
export function GapPattern({ id }: { id: string }) {
  return (
    <pattern id={id} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width={6} height={6} fill="var(--color-hover)" />
      <rect width={1} height={6} fill="var(--color-line-strong)" opacity={0.6} />
    </pattern>
  );
}
