import { describe, expect } from "vitest";
import type { MaintenanceRequest, UpgradeRequest } from "../../../src/operations/operation.ts";
import { judgedProcedure } from "../../simulation/judged-procedure.ts";
import { NEW_IMAGE, type NoticeboardCloudOptions } from "../../simulation/noticeboard-cloud.ts";
import { ExecutionGone, type ProcedureRun } from "../../simulation/run-procedure.ts";
import { virtually } from "../shapes/virtually.ts";

const QUICK = ["rds: { snapshotMs: 5000, instanceMs: 20000, modifyMs: 5000, renameMs: 10000, renameDnsMs: 20000 }"];
const FENCED = ["restore: { fence: sg-fence }"];
const upgrade = { procedure: "upgrade", image: NEW_IMAGE, snapshot: "required" } satisfies UpgradeRequest;
const goingBack = { ...upgrade, onFailure: "rollback" } satisfies UpgradeRequest;
const maintenance = {
  procedure: "maintenance",
  traffic: "closed",
  within: "1h",
  otherwise: "hold",
  snapshot: "required",
} satisfies MaintenanceRequest;

/** An operation whose durable execution is gone for good right before or after a point, until somebody breaks the glass. */
const goneAt = (
  where: string,
  {
    request = upgrade,
    cloud,
    after = [],
  }: { request?: ProcedureRun["request"]; cloud?: NoticeboardCloudOptions; after?: ProcedureRun["answers"] } = {},
) => {
  let gone = false;
  return judgedProcedure({
    cloud: { latencies: QUICK, target: FENCED, migrationMs: 5_000, ...cloud },
    run: {
      request,
      crash: (point) => {
        if (gone || !point.includes(where)) return;
        gone = true;
        throw new ExecutionGone("stopped");
      },
      answers: [{ when: "gone", what: "restore" }, ...after],
    },
  });
};

describe("an operation whose run has ended without a word", () => {
  for (const [when, where, status] of [
    ["while preflight looks", "before preflight/look", "refused"],
    ["before anything was changed", "remembered keep-before", "rolled-back"],
    ["while the site closes", "before close/every address", "rolled-back"],
    ["while nodes stop", "before stop/every container", "rolled-back"],
    ["while the snapshot is taken", "before back-up/snapshot", "rolled-back"],
  ] as const)
    virtually(`${when} is put back`, async () => {
      const { state, violations } = await goneAt(where);
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status, site: "open", leftovers: [] });
    });

  virtually(
    "while the data is migrated is held by a target that holds, and goes back when somebody decides so",
    async () => {
      const { state, violations, events } = await goneAt("before migrate/the leader is ready", {
        after: [{ when: "held", what: "rollback" }],
      });
      expect(violations).toEqual([]);
      expect(events.filter(({ type }) => type === "held")).toMatchObject([{ problem: { code: "run-ended" } }]);
      expect(state).toMatchObject({ status: "rolled-back", restored: { aside: expect.stringContaining("-before-") } });
    },
  );

  virtually("with verified data is held, and proceeds: that is never thrown away by itself", async () => {
    const { state, violations } = await goneAt("before scale-out/every node", {
      request: goingBack,
      after: [{ when: "held", what: "proceed" }],
    });
    expect(violations).toEqual([]);
    expect(state).toMatchObject({ status: "succeeded", site: "open", leftovers: [] });
  });

  for (const [what, where] of [
    ["while the site opens goes on opening it", "before open/the application"],
    ["with the site open only puts settings back", "before finish/every deployment"],
  ] as const)
    virtually(what, async () => {
      const { state, violations } = await goneAt(where, { request: goingBack });
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "succeeded", site: "open", leftovers: [] });
    });

  for (const where of [
    "before stop#2/every container",
    "after restore/",
    "before start/the leader is ready",
    "before scale-out/every node",
    "before open/the application",
  ])
    virtually(`${where} of its way back goes on going back`, async () => {
      const { state, violations } = await goneAt(where, { request: goingBack, cloud: { breakage: "crash" } });
      expect(violations).toEqual([]);
      expect(state).toMatchObject({ status: "rolled-back", site: "open" });
    });

  virtually("while people work is held with their work, and proceeds", async () => {
    const { state, violations } = await goneAt("before work/somebody decides", {
      request: maintenance,
      after: [{ when: "held", what: "proceed" }],
    });
    expect(violations).toEqual([]);
    expect(state).toMatchObject({ status: "succeeded", site: "open" });
  });
});
