import { parseArgs, styleText } from "node:util";
import type { Switches } from "../src/sandbox/cloud/settings.ts";
import { visitorsWindow } from "./analysis/visitors-window.ts";
import { mean } from "./measure/mean.ts";
import type { Profile } from "./profiles/profile.ts";
import { profiles } from "./profiles/profiles.ts";
import { inTerminal } from "./report/terminal-table.ts";
import { runProfile } from "./runners/run-profile.ts";

/*
 * What each option that shortens the window is worth, by itself: the same upgrade without it and with it, in virtual time.
 *   npm run bench:levers [-- --seeds 3 --json]
 */
type Variation = { target?: string[]; switches?: Partial<Switches> };
type Lever = {
  name: string;
  on: string;
  /** What the profile is like besides. */
  application?: Partial<Profile["application"]>;
  without: Variation;
  with: Variation;
};

const SKIPS = 'followers: { skipSameVersionUpgrade: { SKIP_SAME_VERSION_UPGRADE: "true" } }';
const levers: Lever[] = [
  {
    name: "drain.seconds 5 instead of the group's 300",
    on: "small-database",
    without: { target: ["drain: { seconds: 300 }"] },
    with: {},
  },
  {
    name: "the end seen at executionStoppedAt, not at STOPPED",
    on: "small-database",
    without: { switches: { executionStoppedAtVisible: false } },
    with: {},
  },
  {
    name: "snapshot.warmUp",
    on: "large-database",
    without: { target: ["snapshot: { warmUp: false }"] },
    with: {},
  },
  ...["small-database", "shared-alb"].map((on) => ({
    name: "healthChecks: quick",
    on,
    without: { target: ["healthChecks: as-they-are"] },
    with: {},
  })),
  {
    name: "openAt: 1, where one node starts 40 s later",
    on: "small-database",
    application: { stragglerMs: 40_000 },
    without: {},
    with: { target: ["openAt: 1"] },
  },
  {
    name: "followers.skipSameVersionUpgrade, of 25 s",
    on: "small-database",
    application: { upgradeAgainMs: 25_000 },
    without: {},
    with: { target: [SKIPS] },
  },
];

const { values } = parseArgs({
  options: { seeds: { type: "string", default: "3" }, json: { type: "boolean", default: false } },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1);

async function windowOf(lever: Lever, { target = [], switches }: Variation): Promise<number> {
  const profile = profiles.find(({ name }) => name === lever.on)!;
  const varied: Profile = {
    ...profile,
    application: { ...profile.application, ...lever.application },
    target: [...(profile.target ?? []).filter((line) => !target.some((own) => keyOf(own) === keyOf(line))), ...target],
  };
  const windows: number[] = [];
  for (const seedNumber of seeds) {
    const { failure, events } = await runProfile(varied, "ours", { seedNumber, switches });
    const window = visitorsWindow(events);
    if (failure || !window) throw new Error(`${lever.name} on ${lever.on}: ${failure ?? "the site did not open"}`);
    windows.push(window.seconds);
  }
  return mean(windows);
}

const keyOf = (line: string): string => line.split(":")[0]!;

const measured: { lever: string; profile: string; withoutSeconds: number; withSeconds: number }[] = [];
for (const lever of levers) {
  const withoutSeconds = await windowOf(lever, lever.without);
  const withSeconds = await windowOf(lever, lever.with);
  measured.push({ lever: lever.name, profile: lever.on, withoutSeconds, withSeconds });
}

if (values.json) console.log(JSON.stringify({ levers: measured }, null, 2));
else
  console.log(
    inTerminal(
      {
        title: "The window as visitors saw it, in seconds: without each lever, and with it",
        head: ["lever", "profile", "without", "with", "saved"],
        rows: measured.map(({ lever, profile, withoutSeconds, withSeconds }) => [
          lever,
          profile,
          ...[withoutSeconds, withSeconds, withoutSeconds - withSeconds].map((seconds) => seconds.toFixed(1)),
        ]),
      },
      (text) => styleText("bold", text, { stream: process.stdout }),
    ),
  );
