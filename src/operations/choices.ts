import type { Question } from "./event.ts";
import type { Decision } from "./operation.ts";
import type { OperationState } from "./state.ts";

/** One answer that may be given now, and what it leads to. */
export type Choice = { decision: Decision; leadsTo: string };

/** What is true while a question is open, in words that follow "waits for a decision". */
export const questionInWords: Record<Exclude<Question, "start">, string> = {
  "before-window": "before the site closes: nothing has changed for visitors yet",
  "before-scale-out": "before the other nodes start: the first one is verified, and the page is up",
  "before-open": "before the site opens: what will serve is verified, and the page is still up",
  maintenance: "when the work on the one node is done",
};

/** Said of a held operation that no decision leads on from. */
export const NOTHING_TO_DECIDE =
  "No decision leads on from here: what is to go back needs other data, and there is no snapshot of this operation";

/** What can be decided on an operation as it is: the answers to what it asks, or the ways out of where it is held. */
export function choicesOf(state: OperationState): Choice[] {
  switch (state.status) {
    case "pending":
      return [{ decision: "cancel", leadsTo: "ends it, with nothing touched" }];
    case "running":
      return state.window.openingAt ? [] : [cancel(state)];
    case "waiting":
      return answersTo(state);
    case "held":
      return waysOut(state);
    case "succeeded":
    case "rolled-back":
    case "refused":
      return [];
  }
}

function answersTo(state: OperationState): Choice[] {
  const rollback = rollbackOf(state);
  switch (state.waitingFor?.for) {
    case undefined:
      return [];
    case "start":
      return [{ decision: "cancel", leadsTo: "ends it, with nothing touched" }];
    case "before-window":
      return [{ decision: "proceed", leadsTo: "closes the site and goes on" }, cancel(state)];
    case "before-scale-out":
      return [
        { decision: "proceed", leadsTo: "starts the other nodes and opens the site" },
        ...rollback,
        cancel(state),
      ];
    case "before-open":
      return [{ decision: "proceed", leadsTo: "goes on and opens the site" }, ...rollback, cancel(state)];
    case "maintenance":
      return [
        { decision: "proceed", leadsTo: "verifies the application, starts all nodes anew and opens the site" },
        ...rollback,
        cancel(state),
      ];
  }
}

function waysOut(state: OperationState): Choice[] {
  const verified = state.phases.some(({ phase, outcome }) => phase === "verify" && outcome === "done");
  return [
    ...(verified && !state.goingBack
      ? [{ decision: "proceed" as const, leadsTo: "starts all nodes of what is verified and opens the site" }]
      : []),
    ...rollbackOf(state),
  ];
}

const cancel = (state: OperationState): Choice => ({
  decision: "cancel",
  leadsTo: state.pointOfNoReturnAt
    ? "does what a failure at this moment would do"
    : "takes back what was done so far, and leaves the site as it was",
});

/** None where other data would be needed and there is none. */
function rollbackOf({ pointOfNoReturnAt, goingBack, snapshot, window }: OperationState): Choice[] {
  if (!pointOfNoReturnAt)
    return [
      {
        decision: "rollback",
        leadsTo: "puts everything back: the old version on its data, which no other version has touched",
      },
    ];
  const from = goingBack?.snapshot ?? snapshot;
  if (from === undefined) return [];
  const lost = window.openingAt
    ? `. What visitors wrote since ${window.openingAt} is thrown away, which "discards":{"from":"${window.openingAt}"} in the decision must confirm`
    : "";
  return [{ decision: "rollback", leadsTo: `restores the snapshot ${from} and starts the old version on it${lost}` }];
}
