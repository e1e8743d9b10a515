import type { Wanted } from "./nodes.ts";
import type { Step } from "./shell.ts";
import type { Situation } from "./situation.ts";

/** How the data of the snapshot comes to be where the old version looks for it, and what it runs then. */
export type DataComesBack = { steps: Step[]; revised: (wanted: Wanted) => Wanted };

export function dataComesBack({ state }: Situation): DataComesBack {
  const from = state.goingBack?.snapshot ?? state.snapshot;
  return {
    revised: (wanted) => wanted,
    steps: [
      {
        title: "The data of the snapshot",
        why: [
          from === undefined
            ? "There is no snapshot of this operation: put the data back by hand, then go on below this step."
            : `Put the data of the snapshot ${from} in the place of the present, then go on below this step.`,
        ],
        commands: ["exit 1"],
      },
    ],
  };
}
