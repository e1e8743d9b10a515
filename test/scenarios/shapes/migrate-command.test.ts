import { describe, expect, test } from "vitest";
import { at, decide, judgedUpgrade, type Meddling, refusal, startsOf } from "../../simulation/judged-upgrade.ts";
import type { NoticeboardCloudOptions } from "../../simulation/noticeboard-cloud.ts";
import { provenShape, refusedShape } from "../../simulation/proven-shape.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { expectToSurvive } from "../dies-at.ts";

const LIMIT = { timeout: 120_000 };

const definition = (more: string) => `
taskDefinitions:
  noticeboard:
    containers:
      - name: app
        image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:1.4.2
        port: 3000
        ${more}
        environment: { DATABASE_URL: "{database.noticeboard-db.url}" }
`;
const command: NoticeboardCloudOptions = {
  target: ["migrate: { command: [noticeboard, migrate] }"],
  seed: definition("logGroup: /ecs/noticeboard"),
};
const quick: NoticeboardCloudOptions = { ...command, migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };

type Run = Awaited<ReturnType<typeof judgedUpgrade>>;
const virtually = (name: string, meddling: Meddling, expectation: (run: Run) => unknown) =>
  test(name, { timeout: 120_000 }, () =>
    inVirtualTime(async () => {
      const run = await judgedUpgrade({ ...meddling, cloud: { ...quick, ...meddling.cloud } });
      expect(run.violations).toEqual([]);
      await expectation(run);
    }),
  );
const newStarts = ({ cloud }: Run) => startsOf(cloud, "sha256:222");

test("a command of the application migrates, then the leader starts", { timeout: 120_000 }, () =>
  inVirtualTime(async () => void (await provenShape("migrate-command", { cloud: command }))),
);

test("a command in a container whose end does not end the task is refused", { timeout: 60_000 }, () =>
  inVirtualTime(
    async () =>
      void (await refusedShape("migrate-command-not-essential", {
        cloud: {
          target: command.target,
          seed: `${definition("essential: false")}
      - { name: proxy, image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard-wiki:7.0.0" }
`,
        },
      })),
  ),
);

describe("a command that does not end with 0 is never run again, and no node starts after it", () => {
  virtually("it crashes in the middle", { cloud: { breakage: "crash" } }, (run) => {
    expect(run.state).toMatchObject({ status: "held", site: "closed", problem: { code: "migrate-command-failed" } });
    expect(run.state.problem?.message).toContain("app: exit code 1");
    expect(run.state.problem?.hint).toContain("  out of memory");
    expect(newStarts(run)).toHaveLength(1);
  });

  virtually(
    "somebody cancels while it runs",
    { meddle: at("migrate/says/app wrote: migrating prices, 30 %", decide("cancel")) },
    (run) => {
      expect(run.state).toMatchObject({ status: "held", site: "closed", problem: { code: "cancelled" } });
      expect(newStarts(run)).toHaveLength(1);
    },
  );

  virtually(
    "it takes too long",
    { cloud: { migrationMs: 300_000, target: [...command.target!, "timeouts: { migrate: 2m }"] } },
    (run) => {
      expect(run.state).toMatchObject({ status: "held", problem: { code: "timed-out" } });
      expect(newStarts(run)).toHaveLength(1);
    },
  );
});

virtually(
  "a command that never ran leaves the data untouched: everything goes back",
  { cloud: { cannotStart: true } },
  ({ state }) => {
    expect(state).toMatchObject({ status: "rolled-back", leftovers: [], problem: { code: "leader-never-ran" } });
  },
);

virtually(
  "a leader that never ran after the command did proves nothing: the page is held",
  {
    meddle: ({ runbook: { aws } }) => {
      const { runTask } = aws.ecs;
      aws.ecs.runTask = (input) =>
        input.overrides?.containerOverrides?.[0]?.command
          ? runTask(input)
          : Promise.reject(refusal("AccessDeniedException"));
    },
  },
  (run) => {
    expect(run.state).toMatchObject({ status: "held", site: "closed", problem: { code: "leader-did-not-start" } });
    expect(newStarts(run)).toHaveLength(1);
  },
);

virtually(
  "a lost answer of RunTask starts no second command",
  {
    meddle: ({ faults }) => void faults.add({ service: "ECS", operation: "RunTask", nth: 1, count: 3, fault: "lost" }),
  },
  (run) => {
    expect(run.state).toMatchObject({ status: "succeeded", leftovers: [] });
    expect(newStarts(run).filter(({ group }) => group.startsWith("family:"))).toHaveLength(2);
  },
);

test("the runbook may die anywhere around the command: it still runs once", LIMIT, () =>
  expectToSurvive(
    [
      "before migrate/migrate/migrate-command",
      "after migrate/migrate/migrate-command",
      "remembered migrate/migrate/migrate-command",
      "after migrate/the migrate command has ended",
    ],
    { cloud: quick },
  ),
);
