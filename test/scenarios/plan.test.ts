import { expect, test } from "vitest";
import { createPlanner } from "../../src/procedures/plan.ts";
import { NEW_IMAGE, noticeboardCloud, TARGET } from "../simulation/noticeboard-cloud.ts";
import { OPERATION, runUpgrade } from "../simulation/run-upgrade.ts";
import { inVirtualTime } from "../virtual-time.ts";

const request = { procedure: "upgrade" as const, image: NEW_IMAGE, snapshot: "required" as const };

test(
  "a plan names the very mutations that the run then makes, in order, and makes none itself",
  { timeout: 60_000 },
  () =>
    inVirtualTime(async () => {
      const cloud = await noticeboardCloud({ target: ["snapshot: { warmUp: true }"] });
      const target = cloud.configuration.targets.get(TARGET)!;
      const before = cloud.world.log.after().length;
      const plan = await createPlanner(cloud.runbook).plan(target, request);
      const calls = cloud.world.log
        .after(before)
        .flatMap((event) => (event.kind === "call" && !/dynamo/i.test(event.service) ? [event] : []));
      expect(calls.length).toBeGreaterThan(5);
      for (const call of calls) expect(call.operation).toMatch(/^(Describe|List|Get)/);

      expect(plan.ok).toBe(true);
      const { state } = await runUpgrade(cloud);
      const named = (text: string) => text.replaceAll("op-00000000-000000-000000", OPERATION);
      expect(state.mutations.map(({ phase, summary }) => `${phase}: ${summary}`)).toEqual(
        plan.mutations.map(({ phase, summary }) => named(`${phase}: ${summary}`)),
      );
    }),
);

test("a plan of an upgrade that would be refused says why and lists no mutation", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud();
    const target = cloud.configuration.targets.get(TARGET)!;
    const plan = await createPlanner(cloud.runbook).plan(target, { ...request, image: `${NEW_IMAGE}-missing` });
    expect(plan).toMatchObject({ ok: false, mutations: [] });
    const failed = plan.checks.filter(({ outcome }) => outcome === "failed");
    expect(failed.map(({ name }) => name)).toEqual(["image-exists"]);
    expect(failed[0]!.fix).toBeTruthy();
  }),
);
