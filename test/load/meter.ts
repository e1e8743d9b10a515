import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** What calls of DynamoDB cost: capacity as DynamoDB itself counts it in its answers, and the items that came back. */
export type Cost = { requests: number; reads: number; writes: number; items: number; calls: Record<string, number> };

type Answer = { ConsumedCapacity?: { CapacityUnits?: number }; Items?: unknown[]; Item?: unknown };

const READS = new Set(["GetItemCommand", "QueryCommand"]);
const none = (): Cost => ({ requests: 0, reads: 0, writes: 0, items: 0, calls: {} });

/** Has every call of the client answer what it consumed. A conditional write that was refused answers nothing; it counts as one unit, as AWS has it. */
export function meter(client: DynamoDBDocumentClient): {
  since<Result>(run: () => Promise<Result>): Promise<{ result: Result; cost: Cost }>;
} {
  let cost = none();
  const count = (command: string, { ConsumedCapacity, Items, Item }: Answer) => {
    const isRead = READS.has(command);
    // A query that finds nothing costs one unit on AWS, and none here.
    const units = Math.max(1, ConsumedCapacity?.CapacityUnits ?? 1);
    cost.requests += 1;
    cost.calls[command] = (cost.calls[command] ?? 0) + 1;
    cost[isRead ? "reads" : "writes"] += units;
    cost.items += Items?.length ?? (Item ? 1 : 0);
  };
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: "TOTAL" });
        try {
          const answer = await next(args);
          count(commandName, answer.output as Answer);
          return answer;
        } catch (error) {
          count(commandName, {});
          throw error;
        }
      },
    { step: "initialize", name: "meter" },
  );
  return {
    async since(run) {
      cost = none();
      const result = await run();
      return { result, cost };
    },
  };
}
