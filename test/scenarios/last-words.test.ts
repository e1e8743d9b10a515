import { ECSClient, StopTaskCommand } from "@aws-sdk/client-ecs";
import { describe, expect, test } from "vitest";
import { at, judgedUpgrade, type Meddling } from "../simulation/judged-upgrade.ts";
import type { NoticeboardCloudOptions } from "../simulation/noticeboard-cloud.ts";
import { OPERATION } from "../simulation/run-upgrade.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";

const logged = `
taskDefinitions:
  noticeboard:
    containers:
      - name: app
        image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:1.4.2
        port: 3000
        logGroup: /ecs/noticeboard
        environment: { DATABASE_URL: "{database.noticeboard-db.url}" }
`;
const quick: NoticeboardCloudOptions = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"], seed: logged };
type Run = Awaited<ReturnType<typeof judgedUpgrade>>;
const virtually = (name: string, meddling: Meddling, expectation: (run: Run) => unknown) =>
  test(name, { timeout: 120_000 }, () =>
    inVirtualTime(async () => {
      const run = await judgedUpgrade({ ...meddling, cloud: { ...quick, ...meddling.cloud } });
      expect(run.violations).toEqual([]);
      await expectation(run);
    }),
  );
const saidIn = ({ events }: Run, phase: string) =>
  events.flatMap((event) => (event.type === "progress" && event.phase === phase ? [event.message] : []));

const leaderOf = async (cloud: SimulatedCloud) => (await cloud.store.get(OPERATION))!.leaderTaskArn!;
const crash = async (cloud: SimulatedCloud) => cloud.ecs.killTask(await leaderOf(cloud));

describe("a node that fails says how it ended and what it wrote last", () => {
  virtually("the leader, in the problem", { cloud: { breakage: "crash" } }, ({ state }) => {
    expect(state).toMatchObject({ status: "held", problem: { code: "leader-stopped" } });
    expect(state.problem?.message).toBe("the leader stopped: Essential container in task exited (app: exit code 1)");
    expect(state.problem?.hint).toMatch(
      /The last lines of app of the task [0-9a-f]{32}:\n( {2}migrating prices, \d+ %\n){5} {2}out of memory\n/,
    );
    expect(state.problem?.details).toMatchObject({
      nodes: [{ stopCode: "EssentialContainerExited", containers: [{ name: "app", exitCode: 1 }], linesOf: "app" }],
    });
  });

  virtually("a leader that cannot migrate and goes on answering", { cloud: { breakage: "migration" } }, ({ state }) => {
    expect(state).toMatchObject({ status: "held", problem: { code: "migration-failed" } });
    expect(state.problem?.hint).toContain("  cannot execute ALTER TABLE in a read-only transaction");
  });

  virtually(
    "the followers, in the progress while they are waited for and in the problem",
    { cloud: { followerBreakage: "early-exit", target: ["timeouts: { scaleOut: 3m }"] } },
    (run) => {
      expect(run.state).toMatchObject({ status: "held", site: "closed" });
      const said = saidIn(run, "scale-out");
      const stopped = said.filter((message) => /^node [0-9a-f]{8} of noticeboard stopped: /.test(message));
      expect(stopped).toHaveLength(3);
      expect(stopped[0]).toContain("Essential container in task exited (app: exit code 1)");
      expect(said).toContain("10 nodes of noticeboard have stopped so far");
      expect(said.filter((message) => message === "app wrote: cannot find the configuration")).toHaveLength(1);
      expect(run.state.problem?.hint).toContain("  cannot find the configuration");
      expect(run.state.problem?.details?.nodes).toHaveLength(3);
    },
  );

  virtually(
    "and where its log cannot be read, at least how it ended",
    {
      cloud: { breakage: "crash" },
      meddle: ({ runbook: { aws } }) => {
        aws.logs.tail = () => Promise.reject(new Error("not authorised to perform logs:GetLogEvents"));
      },
    },
    ({ state }) => {
      expect(state.problem?.details).toMatchObject({ nodes: [{ stopCode: "EssentialContainerExited", lines: [] }] });
    },
  );
});

describe("a leader that ends after it was ready is noticed at once", () => {
  virtually("while it is verified: the page is held", { meddle: at("verify/begin", crash) }, (run) => {
    expect(run.state).toMatchObject({ status: "held", site: "closed", problem: { code: "leader-stopped" } });
    const [began, ended] = ["verify/begin", "verify/end"].map((key) =>
      Date.parse(run.events.find((event) => event.key === key)!.at),
    );
    expect(ended! - began!).toBeLessThan(10_000);
  });

  virtually(
    "once it is verified the others go on, and its address is taken away",
    {
      meddle: at("scale-out/begin", crash),
    },
    (run) => {
      expect(run.state).toMatchObject({ status: "succeeded", leftovers: [] });
      expect(saidIn(run, "scale-out")).toContainEqual(
        expect.stringMatching(/^the verified leader stopped: .*exit code 137.*so the other nodes go on$/),
      );
    },
  );

  virtually(
    "also where somebody stopped it",
    {
      meddle: at("verify/begin", async (cloud) => {
        const task = await leaderOf(cloud);
        await new ECSClient(cloud.operator).send(new StopTaskCommand({ cluster: "noticeboard", task, reason: "mine" }));
      }),
    },
    ({ state }) => {
      expect(state).toMatchObject({ status: "held", problem: { code: "leader-stopped" } });
      expect(state.problem?.message).toContain("the leader stopped: mine");
    },
  );
});
