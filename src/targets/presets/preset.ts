import { type GivenProbes, type Probes, usualProbes } from "../probes-schema.ts";
import type { Target } from "../schema.ts";
import { nextcloud } from "./nextcloud.ts";
import { nocobase } from "./nocobase.ts";
import { sonarqube } from "./sonarqube.ts";

/** What is known of the application: how to probe it, what its leader's environment must say, and which versions may follow which. */
export type Preset = {
  probes: Probes;
  leaderEnvironment: Record<string, string>;
  /** Variables with which a node does not go through an upgrade to the version that its data has. */
  skipSameVersionUpgrade?: Record<string, string>;
  /** What a node spends in that upgrade where it is not told so, on a small database. */
  sameVersionUpgradeSeconds?: number;
  versions?: VersionRules;
  /** Lines of the leader's log that nothing else shows, and what they mean: told, and no failure by themselves. */
  tellingLines?: { line: string; means: string }[];
};
export type VersionRules = {
  /** The tags of its published images that move, as a regular expression. */
  floatingTag: string;
  /** How many major versions one upgrade may pass, where the application refuses more. */
  mostMajorsAtOnce?: number;
};
/** A preset as it is written down: what its probes leave out is as usual. */
export type PresetData = Omit<Preset, "probes" | "versions"> & {
  probes: GivenProbes & Pick<Probes, "ready">;
  versions: VersionRules;
};

/** By the names that `app` takes besides `generic`. */
export const presets = { nocobase, sonarqube, nextcloud } satisfies Record<string, PresetData>;
export const presetNames = Object.keys(presets) as [keyof typeof presets, ...(keyof typeof presets)[]];

/** The preset of a target, with what the target says itself in the place of what the preset says. */
export function presetOf(target: Target): Preset {
  const preset = target.app === "generic" ? undefined : presets[target.app];
  const { ready, ...probes } = { ...preset?.probes, ...target.probes };
  if (!ready) throw new Error(`target ${target.name} is generic, so the configuration must have given it probes.ready`);
  return {
    ...preset,
    probes: { ...usualProbes, ...withoutUndefined(probes), ready },
    leaderEnvironment: { ...emptied(target), ...preset?.leaderEnvironment, ...target.leaderEnvironment },
  };
}

/** What every node but the leader is told. */
export function followerEnvironment(target: Target): Record<string, string> {
  const { skipSameVersionUpgrade: skip } = target.followers;
  return skip === true ? known(target) : skip === false ? {} : skip;
}

/** What the leader must not have been told by anybody: it would not migrate what is new in plugins alone. An empty value counts as none. */
export const emptied = (target: Target): Record<string, string> =>
  Object.fromEntries(Object.keys({ ...known(target), ...followerEnvironment(target) }).map((name) => [name, ""]));

const known = ({ app }: Target): Record<string, string> =>
  (app === "generic" ? undefined : (presets[app] as PresetData).skipSameVersionUpgrade) ?? {};

const withoutUndefined = <Value extends object>(value: Value) =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Value;
