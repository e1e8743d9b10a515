import type { OperationState } from "../operations/state.ts";
import type { Work } from "./work.ts";

/** What a step wants of an operation: that it does what it was started for, that what was before is brought back, or that it ends early. */
export type Wish = "done" | "taken-back" | "stopped";

/** What the step wants of an operation as it is when it decides. */
export function wishOf(work: Work, operation: OperationState): Wish {
  switch (work.do) {
    case "start":
    case "plan":
    case "status":
      return "done";
    case "decide":
      if (work.decision === "proceed") return "done";
      return work.decision === "cancel" ? "stopped" : goingBack(operation);
    case "restore":
      return goingBack(operation);
  }
}

/** A rollback that restores already does what it was started for by going on with that. */
const goingBack = ({ request, goingBack: back }: OperationState): Wish =>
  request.procedure === "rollback" && back?.snapshot !== undefined ? "done" : "taken-back";

/** Whether an operation that is over came to what was wanted. A held one came to nothing yet. */
export function isGranted(wish: Wish, { status }: OperationState): boolean {
  switch (status) {
    case "succeeded":
      return wish === "done";
    case "rolled-back":
    case "refused":
      return wish !== "done";
    case "held":
    case "pending":
    case "running":
    case "waiting":
      return false;
  }
}
