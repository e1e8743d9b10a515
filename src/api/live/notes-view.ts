import { missedLine, restoredLine } from "../../operations/event-line.ts";
import type { OperationState } from "../../operations/state.ts";
import { plainNames } from "./plain-names.ts";
import type { LiveView } from "./view-schema.ts";

/** What whoever looks after the application must know: what went back, what is lost, what did not happen, what is left behind. */
export function notesView(state: OperationState): LiveView["notes"] {
  const { goingBack, restored, discarded, missed, leftovers, decision } = state;
  const notes: LiveView["notes"] = [
    ...(decision
      ? [
          {
            what: `${decision.by.name} decided: ${decision.decision}${decision.comment ? ` (${decision.comment})` : ""}`,
          },
        ]
      : []),
    ...(goingBack ? [{ what: `It goes back, because: ${goingBack.why}` }] : []),
    ...(restored ? [{ what: sentence(restoredLine(restored)), fix: restored.tell.join(". ") }] : []),
    ...discarded.map(({ from, to }) => ({ what: `Thrown away: what visitors wrote from ${from} to ${to}` })),
    ...missed.map((each) => ({ what: sentence(missedLine(each)) })),
    ...leftovers.map(({ what, fix }) => ({ what: `Left behind: ${what}`, fix })),
  ];
  return notes.map(({ what, fix }) => ({ what: plainNames(what), ...(fix && { fix: plainNames(fix) }) }));
}

const sentence = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
