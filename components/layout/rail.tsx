import { Link } from "#components/ui/link.tsx";
import { Mark } from "./mark.tsx";
import { PlaceLink } from "./place-link.tsx";
import { placesFor, type Role } from "./places.ts";
import { RailToggle } from "./rail-toggle.tsx";

/** Left of everything: 220 px, 56 where asked for or under 1200 px, a sheet on phones (nav-sheet.tsx). */
export function Rail({ role }: { role: Role }) {
  return (
    <nav
      aria-label="Places"
      className="sticky top-0 hidden h-dvh w-14 shrink-0 flex-col border-line border-r bg-rail px-2.5 pb-2.5 sm:flex lg:w-55 lg:narrow-rail:w-14"
    >
      <Link
        href="/"
        className="ring-inside mb-2 flex h-12 items-center gap-2 rounded-control px-2 font-semibold text-section"
      >
        <Mark />
        <span className="max-lg:sr-only narrow-rail:sr-only">Milepost</span>
      </Link>
      <ul className="flex flex-1 flex-col gap-0.5">
        {placesFor(role).map((place) => (
          <li key={place.href}>
            <PlaceLink
              href={place.href}
              also={place.also}
              label={place.label}
              icon={<place.icon aria-hidden size={16} strokeWidth={1.5} />}
              canCollapse
            />
          </li>
        ))}
      </ul>
      <RailToggle />
    </nav>
  );
}
