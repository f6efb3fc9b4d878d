import { Button } from "#components/ui/button.tsx";

const ways = ["github-token", "github-manifest", "github-app", "gitlab"] as const;
export type Way = (typeof ways)[number];

export const wayNames: Record<Way, string> = {
  "github-token": "GitHub with a token",
  "github-manifest": "A new GitHub App",
  "github-app": "A GitHub App that exists",
  gitlab: "GitLab with a token",
};

const words: Record<Way, string> = {
  "github-token":
    "In minutes, and read-only: the portal looks for changes by itself every few minutes. GitHub need not reach it.",
  "github-manifest":
    "GitHub makes it for you. Changes arrive at once by webhook, limits are higher, and it belongs to no single person. It reads; you choose whether it may also comment, check and propose.",
  "github-app":
    "For an App that your enterprise owns or somebody made by hand: its number and its private key.",
  gitlab: "gitlab.com or your own server, with the token of a group.",
};

/** What there is to choose from, with what each brings. */
export function WaysToConnect(props: { onChoose: (way: Way) => void; onCancel: () => void }) {
  return (
    <div className="flex max-w-[640px] flex-col gap-3">
      <ul className="border-line border-t">
        {ways.map((way) => (
          <li key={way} className="flex flex-wrap items-center gap-x-4 gap-y-2 border-line border-b py-3">
            <div className="min-w-0 flex-1 basis-64">
              <p className="font-medium text-table">{wayNames[way]}</p>
              <p className="text-fg-soft text-table">{words[way]}</p>
            </div>
            <Button aria-label={`Connect: ${wayNames[way]}`} onClick={() => props.onChoose(way)}>
              Choose
            </Button>
          </li>
        ))}
      </ul>
      <span>
        <Button tone="quiet" onClick={props.onCancel}>
          Cancel
        </Button>
      </span>
    </div>
  );
}
