import type { Probes } from "../probes-schema.ts";
import type { Target } from "../schema.ts";
import { nocobaseLeaderEnvironment, nocobaseProbes } from "./nocobase.ts";

/** What is known of the application: how to probe it, and what its leader's environment must say. */
export type Preset = { probes: Probes; leaderEnvironment: Record<string, string> };

export function presetOf(target: Target): Preset {
  switch (target.app) {
    case "nocobase":
      return { probes: target.probes ?? nocobaseProbes, leaderEnvironment: nocobaseLeaderEnvironment };
    case "generic":
      if (!target.probes)
        throw new Error(`target ${target.name} is generic, so the configuration must have given it probes`);
      return { probes: target.probes, leaderEnvironment: {} };
  }
}
