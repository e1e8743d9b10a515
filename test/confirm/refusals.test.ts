import { expect, test } from "vitest";
import { readConfirmCommand } from "../../src/confirm/command-line.ts";
import { noticeboardCloud } from "../simulation/noticeboard-cloud.ts";
import { operator } from "../simulation/operator.ts";
import { upgradeRequest } from "../simulation/run-upgrade.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { stateOf } from "./cloud-state.ts";
import { DISTURB, runConfirm, TARGET_FILE } from "./run-confirm.ts";

test("changes nothing without the target's name said twice, and says everything that is wrong with a command", () => {
  expect(
    readConfirmCommand(["--target", "staging", "--yes-disturb", "stagin", "--only", "stop-tsk", "--rounds", "0"]),
  ).toMatchObject({
    kind: "wrong",
    problems: [
      expect.stringContaining("did you mean stop-task?"),
      expect.stringContaining("--rounds"),
      expect.stringContaining(`--yes-disturb: expected "staging"`),
    ],
  });
  expect(readConfirmCommand(["--yes-disturb", "staging"])).toMatchObject({
    kind: "wrong",
    problems: [expect.stringContaining("--target")],
  });
  expect(readConfirmCommand(["--target", "staging", "--dry-run"])).toMatchObject({ kind: "measure", dryRun: true });
  expect(readConfirmCommand(DISTURB, { INTERMISSION_TABLE: "operations" })).toMatchObject({ table: "operations" });
});

test("refuses a frozen target, another account, an active operation, and what is not there; looks without changing", () =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud({ cannotStart: true, installMs: 1 });
    const before = await stateOf(cloud);
    const calls = () =>
      cloud.world.log
        .after()
        .filter((event) => event.kind === "call" && !/^(Describe|List|Get|Query)/.test(event.operation)).length;
    const changes = calls();
    const refused = async (text: string, args = DISTURB) => {
      const { code, printed, files } = await runConfirm(cloud, args, { files: new Map([["intermission.yml", text]]) });
      expect([code, [...files.keys()]]).toEqual([2, ["intermission.yml"]]);
      return printed;
    };
    const frozen = TARGET_FILE.replace("cluster: noticeboard", "cluster: noticeboard\n    frozen: year end");
    const foreign = `deployment: { account: "444455556666", region: us-east-1 }${frozen}`;
    expect(await refused(foreign)).toMatch(/found +year end.*444455556666, as the file says\n +found +111122223333/s);
    expect(await refused(TARGET_FILE.replace("name: noticeboard", "name: noticebord"))).toContain(
      "Did you mean --service noticeboard?",
    );
    expect(await refused(TARGET_FILE, ["--target", "stagin", "--yes-disturb", "stagin"])).toContain(
      "Did you mean --target staging?",
    );
    expect(await refused(TARGET_FILE.replace("app: generic", "app: genric"))).toContain("genric");

    const dry = await runConfirm(cloud, ["--target", "staging", "--dry-run"]);
    expect(dry).toMatchObject({ code: 0, printed: expect.stringContaining("The target's lock is not held") });
    expect(dry.printed).toContain("Nothing was changed");
    // It takes the application down, so it is only done when it is named.
    expect(dry.printed).not.toContain("rename-database");
    expect((await runConfirm(cloud, ["--list"])).printed).toContain("rename-database  (only with --only)");
    expect(calls()).toBe(changes);

    const request = upgradeRequest();
    await cloud.store.create({
      id: "op-20260115-020000-00000f",
      target: "staging",
      request,
      requestedBy: operator,
      configuration: {},
      idempotencyKey: "k",
    });
    expect(await refused(TARGET_FILE, [...DISTURB, "--table", "t"])).toContain("op-20260115-020000-00000f");
    expect({ ...(await stateOf(cloud)), lock: undefined }).toEqual(before);
  }));

test("goes on without the lock where the table cannot be read, and says so; goes on after a measurement that is not allowed", () =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud({ cannotStart: true, installMs: 1 });
    const { aws } = cloud.runbook;
    const denied = async () => {
      throw Object.assign(new Error("not authorized to perform: elasticloadbalancing:CreateRule"), {
        name: "AccessDenied",
      });
    };
    const { code, printed, results } = await runConfirm(
      cloud,
      [
        ...DISTURB,
        "--only",
        "rule-propagation",
        "--only",
        "snapshot-clock",
        "--only",
        "breaker-count-one",
        "--table",
        "none",
      ],
      {
        over: {
          aws: {
            ...aws,
            loadBalancers: { ...aws.loadBalancers, createRule: denied, deleteRule: denied },
            rds: { ...aws.rds, createSnapshot: denied, deleteSnapshot: denied },
          },
          storeOf: () => ({ ...cloud.store, lockHolder: () => Promise.reject(new Error("no such table")) }),
        },
      },
    );
    expect(code).toBe(1);
    expect(printed).toContain("The table none cannot be read: Error: no such table");
    expect(results).toMatchObject([
      { name: "rule-propagation", verdict: "not-measured", why: expect.stringContaining("CreateRule") },
      { name: "snapshot-clock", verdict: "not-measured" },
      { name: "breaker-count-one", verdict: "as-assumed" },
    ]);
  }));
