import { expect, test } from "vitest";
import { noticeboardCloud } from "../simulation/noticeboard-cloud.ts";
import { planOf } from "../simulation/proven-shape.ts";
import { inVirtualTime } from "../virtual-time.ts";

test("a plan of two services behind a shared listener asks AWS little, and nothing twice", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud({ worker: true, neighbour: true });
    const before = cloud.world.log.after().length;
    await planOf(cloud);
    const calls = cloud.world.log
      .after(before)
      .flatMap((event) => (event.kind === "call" ? [`${event.operation} ${JSON.stringify(event.parameters)}`] : []));
    expect(calls.filter((call, at) => calls.indexOf(call) !== at)).toEqual([]);
    expect(calls.length).toBeLessThanOrEqual(44);
  }),
);
