import { describe, expect } from "vitest";
import { at, judgedUpgrade, type Meddling } from "../../simulation/judged-upgrade.ts";
import { rowsOf } from "../../simulation/noticeboard-cloud.ts";
import { expectProven } from "../../simulation/proven-procedure.ts";
import { ExecutionGone } from "../../simulation/run-procedure.ts";
import { virtually } from "../shapes/virtually.ts";

const FENCE = "restore: { fence: sg-fence-noticeboard }";
const quick = {
  migrationMs: 5_000,
  latencies: ["rds: { snapshotMs: 5000, instanceMs: 20000, modifyMs: 5000, renameMs: 10000, renameDnsMs: 20000 }"],
  target: [FENCE],
};
const upgrade = ({ cloud, ...meddling }: Meddling) =>
  judgedUpgrade({ visitEveryMs: 2_000, ...meddling, cloud: { ...quick, ...cloud } });

/** The durable execution ends for good at the first point that matches. */
const goneAt = (point: string) => {
  let done = false;
  return (here: string) => {
    if (done || here !== point) return;
    done = true;
    throw new ExecutionGone(point);
  };
};

const wentBack = { status: "rolled-back", site: "open" };

describe("a migration that fails", () => {
  virtually("restores the snapshot by itself where the target says so", async () => {
    const run = await upgrade({ cloud: { breakage: "crash", target: [FENCE, "onFailure: rollback"] } });
    await expectProven("upgrade-goes-back", run);
    expect(run.state).toMatchObject({ ...wentBack, leftovers: [] });
    expect(rowsOf(run.cloud).every(({ price, cents }) => price !== undefined && cents === undefined)).toBe(true);
  });

  virtually("is held otherwise, and restored when somebody decides so", async () => {
    const run = await upgrade({
      cloud: { breakage: "crash" },
      run: { answers: [{ when: "held", what: "rollback" }] },
    });
    await expectProven("upgrade-decided-back", run);
    expect(run.state).toMatchObject(wentBack);
  });

  virtually(
    "stays held where nobody decides anything and the glass is broken: nothing is thrown away unasked",
    async () => {
      const run = await upgrade({
        cloud: { breakage: "crash" },
        run: { answers: [{ when: "held", what: "restore" }] },
      });
      expect(run.violations).toEqual([]);
      expect(run.state.status).toBe("held");
    },
  );
});

describe("an execution that is gone", () => {
  virtually("before the point of no return is put back by `restore`", async () => {
    const run = await upgrade({
      run: { crash: goneAt("after back-up/begin"), answers: [{ when: "gone", what: "restore" }] },
    });
    await expectProven("gone-before-no-return", run);
    expect(run.state).toMatchObject(wentBack);
  });

  virtually("while the leader migrates goes back under onFailure: rollback", async () => {
    const run = await upgrade({
      cloud: { migrationMs: 60_000, target: [FENCE, "onFailure: rollback"] },
      run: { crash: goneAt("before migrate/the leader is ready"), answers: [{ when: "gone", what: "restore" }] },
    });
    await expectProven("gone-while-migrating", run);
    expect(run.state).toMatchObject(wentBack);
  });

  virtually("after it was verified goes forward: verified data is never thrown away", async () => {
    const run = await upgrade({
      cloud: { target: [FENCE, "onFailure: rollback"] },
      run: {
        crash: goneAt("before scale-out/begin"),
        answers: [
          { when: "gone", what: "restore" },
          { when: "held", what: "proceed" },
        ],
      },
    });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ status: "succeeded", site: "open" });
  });
});

describe("a restore that fails itself", () => {
  virtually("is held with the page up, and a further decision restores again", async () => {
    const run = await upgrade({
      cloud: { breakage: "crash", target: [FENCE, "onFailure: rollback"] },
      meddle: (cloud) =>
        at("back/restore/begin", ({ faults }) =>
          faults.add({
            service: "RDS",
            operation: "RestoreDBInstanceFromDBSnapshot",
            fault: "internal-error",
            count: 40,
          }),
        )(cloud),
      run: { answers: [{ when: "held", what: "rollback", afterMs: 600_000 }] },
    });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject(wentBack);
    expect(run.cloud.alarms.map(({ event }) => event)).toContain("operation-held");
  });
});

describe("approval before the opening", () => {
  const approval = (more: string) => [FENCE, `approval: { ask: before-open, within: 10m${more} }`];
  virtually("goes on when somebody proceeds, also where only the request asked", async () => {
    const run = await upgrade({
      cloud: { target: [FENCE, "approval: { within: 10m }"] },
      run: {
        request: { approval: "before-open" },
        answers: [{ when: "before-open", what: "proceed", afterMs: 120_000 }],
      },
    });
    expect(run.violations).toEqual([]);
    expect(run.state.status).toBe("succeeded");
  });

  virtually("restores the snapshot when somebody decides to go back", async () => {
    const run = await upgrade({
      cloud: { target: approval("") },
      run: { answers: [{ when: "before-open", what: "rollback" }] },
    });
    await expectProven("before-open-rolled-back", run);
    expect(run.state).toMatchObject(wentBack);
  });

  virtually("is held when nobody decides in time, where that is what was asked for", async () => {
    const run = await upgrade({ cloud: { target: approval(", otherwise: hold") } });
    expect(run.violations).toEqual([]);
    expect(run.state).toMatchObject({ status: "held", site: "closed" });
  });
});
