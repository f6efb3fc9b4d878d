import { buttonLook } from "#components/ui/button-look.ts";
import { classes } from "#components/ui/classes.ts";

type Way = { slug: string; name: string };

/** The providers to sign in with. Plain links, so that they work before any script does. */
export function SignInWays({ ways, next }: { ways: readonly Way[]; next: string }) {
  const query = next === "/" ? "" : `?${new URLSearchParams({ returnTo: next })}`;
  return (
    <ul className="flex flex-col gap-2">
      {ways.map(({ slug, name }, index) => (
        <li key={slug}>
          <a
            href={`/api/auth/sign-in/${slug}${query}`}
            className={classes(buttonLook(index === 0 ? "primary" : "secondary", "normal"), "h-10 w-full")}
          >
            <span className="truncate">Sign in with {name}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
