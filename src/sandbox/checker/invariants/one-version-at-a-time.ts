import { nameOf, runsAt } from "../containers.ts";
import type { Story } from "../story.ts";
import type { Finding } from "../verdict.ts";

/** 4: containers of two versions never run at the same time. Judged where the later of the two was our doing. */
export function oneVersionAtATime({ containers, starts }: Story): Finding {
  const nodes = containers.filter(({ application }) => application);
  const violations = starts.flatMap((later) =>
    nodes
      .filter((earlier) => earlier.imageDigest !== later.imageDigest && runsAt(earlier, later.started.seq))
      .map((earlier) => ({
        invariant: 4 as const,
        at: later.started.at,
        message: `expected one version at a time, found ${nameOf(later)} started while ${nameOf(earlier)} ran`,
        events: [earlier.started.seq, later.started.seq],
      })),
  );
  return { violations, looked: { nodes: nodes.length, starts: starts.length } };
}
