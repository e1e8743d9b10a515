import { expect, test } from "vitest";
import { createMoments } from "./moments.ts";

test("counts calls, phases and moments from the operation that is disturbed, not from the one that it takes back", async () => {
  const moments = createMoments(async () => {});
  const reached: string[] = [];
  moments.at({ phase: "stop", afterMs: 0 }, () => reached.push("stop"));
  moments.enter("stop");
  moments.count("ECS", "ListTasks");
  moments.begin();
  expect(moments.count("ECS", "ListTasks")).toMatchObject({ phase: "before", nth: 1, nthOfKind: 1 });
  moments.enter("stop");
  expect(moments.count("ECS", "ListTasks")).toMatchObject({ phase: "stop", nth: 1, nthOfKind: 2 });
  await Promise.resolve();
  expect(reached).toEqual(["stop"]);
  expect(moments.calls).toHaveLength(2);
});
