import {
  InvalidParameterValueException$,
  type Operation,
  type OperationAction,
  type OperationStatus,
  type OperationType,
  type OperationUpdate,
} from "@aws-sdk/client-lambda";
import { awsError } from "../../wire/errors.ts";

/** What may happen to an operation of each type, and the status that it must have then; null stands for "does not exist yet". */
const transitions: Record<OperationType, Partial<Record<OperationAction, (OperationStatus | null)[]>>> = {
  STEP: {
    START: [null, "READY"],
    SUCCEED: [null, "STARTED", "READY"],
    FAIL: [null, "STARTED", "READY"],
    RETRY: [null, "STARTED", "READY"],
  },
  CONTEXT: { START: [null], SUCCEED: [null, "STARTED"], FAIL: [null, "STARTED"] },
  WAIT: { START: [null], CANCEL: ["STARTED"] },
  CALLBACK: { START: [null], CANCEL: ["STARTED"] },
  EXECUTION: { SUCCEED: ["STARTED"], FAIL: ["STARTED"] },
  CHAINED_INVOKE: {},
};
const maximumErrorBytes = 1024 * 1024;
const maximumNameLength = 256;

export const invalid = (message: string) => awsError(InvalidParameterValueException$, message);

/** Throws InvalidParameterValueException. `operations` includes what the updates before this one in the same request did. */
export function assertValidUpdate(update: OperationUpdate, operations: ReadonlyMap<string, Operation>): void {
  const { Id, ParentId, Type, Action, Name } = update;
  if (!Id || !Type || !Action) throw invalid("An operation update must have an Id, a Type and an Action.");
  const allowed = transitions[Type]?.[Action];
  if (Type === "CHAINED_INVOKE") throw invalid("CHAINED_INVOKE operations do not exist in this sandbox.");
  if (!allowed) throw invalid(`Invalid action ${Action} for the operation type ${Type}.`);
  const current = operations.get(Id);
  if (current && current.Type !== Type) throw invalid(`Operation ${Id} is a ${current.Type}, not a ${Type}.`);
  if (!allowed.includes(current?.Status ?? null)) {
    throw invalid(`Invalid current ${Type} state to ${Action}: ${current?.Status ?? "the operation does not exist"}.`);
  }
  if (ParentId && operations.get(ParentId)?.Type !== "CONTEXT") throw invalid("Invalid parent operation id.");
  if (Name && Name.length > maximumNameLength) throw invalid(`Name must have at most ${maximumNameLength} characters.`);
  assertValidContent(update);
}

function assertValidContent({ Type, Action, Payload, Error: error, StepOptions, WaitOptions }: OperationUpdate): void {
  if (Action === "FAIL" && Payload !== undefined) throw invalid("Cannot provide a Payload for FAIL action.");
  if (Action === "SUCCEED" && error) throw invalid("Cannot provide an Error for SUCCEED action.");
  if (Action === "RETRY" && !StepOptions) throw invalid("Invalid StepOptions for the given action.");
  if (Action === "RETRY" && error && Payload !== undefined) {
    throw invalid("Cannot provide both error and payload to RETRY a STEP.");
  }
  if (Type === "WAIT" && Action === "START" && !((WaitOptions?.WaitSeconds ?? 0) >= 1)) {
    throw invalid("WaitSeconds must be at least 1.");
  }
  if (error && Buffer.byteLength(JSON.stringify(error)) > maximumErrorBytes) {
    throw invalid(`Error object size must be less than ${maximumErrorBytes} bytes.`);
  }
}
