import { calls } from "./bugs/calls.ts";
import { goingBack } from "./bugs/going-back.ts";
import { leader } from "./bugs/leader.ts";
import { page } from "./bugs/page.ts";
import { phases } from "./bugs/phases.ts";
import { settings } from "./bugs/settings.ts";
import { snapshots } from "./bugs/snapshots.ts";
import { store } from "./bugs/store.ts";
import { takingOver } from "./bugs/taking-over.ts";
import { undoing } from "./bugs/undoing.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** Every bug that is planted, one at a time. */
export const catalogue: readonly PlantedBug[] = [
  ...phases,
  ...snapshots,
  ...leader,
  ...page,
  ...settings,
  ...undoing,
  ...goingBack,
  ...takingOver,
  ...store,
  ...calls,
];

export function bugNamed(name: string): PlantedBug {
  const bug = catalogue.find((each) => each.name === name);
  if (bug) return bug;
  throw new Error(
    `expected the name of a planted bug, found ${name}. There are ${catalogue.map((each) => each.name).join(", ")}`,
  );
}
