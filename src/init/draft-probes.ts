import type { Entry } from "./entry.ts";
import { UNDECIDED } from "./entry.ts";
import type { Found } from "./found.ts";

/** Of an application without a preset: what the target groups ask of a healthy node is the best that is known of a ready one. */
export function draftProbes({ app, survey: { targetGroups } }: Found): Entry[] {
  if (app.value !== "generic") return [];
  const [first] = targetGroups.flatMap(({ name, healthCheck }) => (healthCheck ? [{ name, ...healthCheck }] : []));
  const further = [
    "Optional: `body` or `json` in `match`; `fatal`, answers after which waiting is pointless; `version`, where it reports its version. docs/probes.md has them all.",
  ];
  if (!first)
    return [
      {
        key: "probes",
        above: [
          "DECIDE what a node answers that serves: nothing was found, for no target group asks by HTTP. Such as `ready: { path: /health, match: { status: [200] } }`.",
          ...further,
        ],
        entries: [{ key: "ready", value: UNDECIDED }],
      },
    ];
  return [
    {
      key: "probes",
      above: [
        `Found: the health check of target group ${first.name} asks for ${first.path} and takes ${first.statuses}.`,
        "RISKY: often a health check is green before the application is, and on an old version that runs on migrated data. Say more of the answer where it says more.",
        ...further,
      ],
      entries: [{ key: "ready", value: { path: first.path, match: { status: statusesOf(first.statuses) } } }],
    },
  ];
}

const MOST_STATUSES = 10;

/** Of `200`, `200,202` and `200-204` all; of a wider range its first. */
function statusesOf(matcher: string): number[] {
  const statuses = matcher.split(",").flatMap((part) => {
    const [from = 200, to = from] = part.split("-").map(Number);
    const count = to - from + 1;
    return count > MOST_STATUSES ? [from] : Array.from({ length: count }, (_, index) => from + index);
  });
  return statuses.length && statuses.every((status) => status >= 100 && status <= 599) ? statuses : [200];
}
