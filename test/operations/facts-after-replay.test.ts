import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import { type OperationEvent, type OperationFact, operationEventSchema } from "../../src/operations/event.ts";
import { withoutNulls } from "../../src/operations/without-nulls.ts";
import { goldenRecords, MAINTENANCE, putRecords, UPGRADE } from "./golden-records.ts";
import { A, operation } from "./sample.ts";
import { createTable } from "./table.ts";

type Path = (string | number)[];
/** Where an object has a member, whatever is around it. */
const membersOf = (value: unknown, at: Path = []): Path[] => {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const path = [...at, Array.isArray(value) ? Number(name) : name];
    return [...(Array.isArray(value) ? [] : [path]), ...membersOf(member, path)];
  });
};
/** The event with another value there; without the member where it is undefined. As JSON, which is what an engine remembers of a result. */
function replayed(event: OperationEvent, path: Path, value: null | undefined): OperationEvent {
  const copy = structuredClone(event);
  const holder = path.slice(0, -1).reduce<unknown>((found, name) => (found as Record<string, unknown>)[name], copy);
  (holder as Record<string, unknown>)[path.at(-1)!] = value;
  return JSON.parse(JSON.stringify(copy)) as OperationEvent;
}
const isReadable = (event: OperationEvent) => operationEventSchema.safeParse(event).success;

const { connect } = await createTable();
const store = createDynamoStore({ client: connect(), table: "operations", clock: systemClock });
await putRecords(connect(), "operations", goldenRecords());
const all = [...(await store.events(UPGRADE)), ...(await store.events(MAINTENANCE))];
const kinds = [...Map.groupBy(all, ({ type }) => type)].map(([type, events]) => ({ type, events }));

test.each(kinds)(
  "$type is written without whatever it may be without, also where a replay made it null",
  ({ events }) => {
    for (const event of events)
      for (const path of membersOf(event)) {
        const without = replayed(event, path, undefined);
        const withNull = replayed(event, path, null);
        if (isReadable(without) && !isReadable(withNull)) expect(withoutNulls(withNull)).toEqual(without);
      }
  },
);

test("a verified application that tells no version is written down, and what must be there is missed", async () => {
  await store.create(operation());
  const verified = {
    type: "verified",
    key: "verified",
    version: null,
    taskArn: "arn:task",
  } as unknown as OperationFact;
  await store.append(A, [verified]);
  expect((await store.events(A)).at(-1)).toMatchObject({ type: "verified", taskArn: "arn:task" });
  expect((await store.events(A)).at(-1)).not.toHaveProperty("version");
  const nobody = { type: "leader-started", key: "leader", taskArn: null } as unknown as OperationFact;
  await expect(store.append(A, [nobody])).rejects.toThrow(/taskArn/);
});
