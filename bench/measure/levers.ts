import type { Switches } from "../../src/sandbox/cloud/settings.ts";
import type { Profile } from "../profiles/profile.ts";

/** target: members of the target in intermission.yml, in the place of those that the profile has. */
export type Variation = { target?: string[]; switches?: Partial<Switches> };

/** What shortens the window by itself, and the profile where that is measured. */
export type Lever = {
  name: string;
  on: string;
  /** What the profile is like besides. */
  application?: Partial<Profile["application"]>;
  without: Variation;
  with: Variation;
};

const SKIPS = 'followers: { skipSameVersionUpgrade: { SKIP_SAME_VERSION_UPGRADE: "true" } }';

export const levers: readonly Lever[] = [
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
    name: "openAt: 50%, where one node starts 40 s later",
    on: "many-nodes",
    application: { stragglerMs: 40_000 },
    without: {},
    with: { target: ['openAt: "50%"'] },
  },
  ...["small-database", "many-nodes"].map((on) => ({
    name: "followers.skipSameVersionUpgrade, of 25 s",
    on,
    application: { upgradeAgainMs: 25_000 },
    without: {},
    with: { target: [SKIPS] },
  })),
];
