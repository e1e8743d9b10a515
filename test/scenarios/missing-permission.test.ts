import { expect, test } from "vitest";
import type { PolicyDocument } from "../../src/sandbox/cloud/iam/iam.ts";
import { noticeboardCloud } from "../simulation/noticeboard-cloud.ts";
import { runUpgrade } from "../simulation/run-upgrade.ts";
import { API_ROLE, RUNBOOK_ROLE } from "../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";

const everythingBut = (...Action: string[]): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: [
    { Sid: "Everything", Effect: "Allow", Action: "*", Resource: "*" },
    { Effect: "Deny", Action, Resource: "*" },
  ],
});

test(
  "an upgrade without a permission that only closing needs is undone, and says which one it was",
  { timeout: 60_000 },
  () =>
    inVirtualTime(async () => {
      const cloud = await noticeboardCloud();
      cloud.iam.setPolicies(RUNBOOK_ROLE, [everythingBut("elasticloadbalancing:AddTags")]);
      const { ending, state, events } = await runUpgrade(cloud);
      expect(ending.status).toBe("rolled-back");
      expect(state.status).toBe("rolled-back");
      expect(events.at(-1)).toMatchObject({
        problem: {
          code: "aws-refused",
          message: expect.stringContaining("not authorized to perform: elasticloadbalancing:AddTags"),
        },
      });

      const calls = cloud.world.log.after().flatMap((event) => (event.kind === "call" ? [event] : []));
      const refused = calls.filter(({ outcome }) => outcome !== "ok");
      expect(refused.map(({ operation, outcome }) => [operation, outcome])).toEqual([
        [
          "CreateRule",
          expect.stringMatching(/^AccessDenied: elasticloadbalancing:AddTags on arn:.*:listener-rule\/app\/.*\/\*$/),
        ],
      ]);
      const used = cloud.iam.used(RUNBOOK_ROLE).map(({ action }) => action);
      expect(used).toEqual(
        expect.arrayContaining([
          "dynamodb:UpdateItem",
          "ecs:RegisterTaskDefinition",
          "elasticloadbalancing:CreateRule",
        ]),
      );
      expect(used).not.toContain("ecs:RunTask");
      expect(cloud.bugs).toEqual([]);
    }),
);

test("what the API's role may do is not what the runbook's may", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud();
    cloud.iam.setPolicies(API_ROLE, [everythingBut("dynamodb:Query")]);
    await expect(cloud.api.store.events("op")).rejects.toMatchObject({ name: "AccessDeniedException" });
    expect(await cloud.store.events("op")).toEqual([]);
  }),
);
