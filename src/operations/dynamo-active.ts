import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Clock } from "../clock.ts";
import { createTargetLock } from "./dynamo-lock.ts";
import { createEventLog } from "./dynamo-log.ts";
import type { OperationState } from "./state.ts";

/** The operation that holds a target's lock. `state` is missing while it has not been written down yet: the lock is taken first. */
export type ActiveOperation = {
  id: string;
  target: string;
  requestedAt: string;
  /** The target's configuration that it runs on, as it was stored. */
  configuration: unknown;
  state?: OperationState;
};
export type ActiveOperations = { on(target: string): Promise<ActiveOperation | undefined> };

/** Finds active operations by reading the table alone; OperationStore's `lockHolder` also writes down what it finds half written. */
export function createActiveOperations({
  client,
  table: name,
  clock,
}: {
  client: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): ActiveOperations {
  const table = { client, name };
  const lock = createTargetLock(table);
  const log = createEventLog({ table, clock });
  return {
    async on(target) {
      const holder = await lock.holder(target);
      if (!holder) return undefined;
      const { id, requestedAt, configuration } = holder.requested();
      return { id, target, requestedAt, configuration, state: await log.state(id) };
    },
  };
}
