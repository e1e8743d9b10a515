import type { SandboxEvent } from "../../src/sandbox/cloud/event-log.ts";
import type { Switches } from "../../src/sandbox/cloud/settings.ts";
import { RUNBOOK_ROLE } from "../../test/simulation/simulated-cloud.ts";
import { startVisitors } from "../../test/simulation/visitors.ts";
import { inVirtualTime } from "../../test/virtual-time.ts";
import { cloudOfProfile } from "../profiles/cloud-of-profile.ts";
import type { Profile } from "../profiles/profile.ts";
import { upgradeByHand } from "./by-hand.ts";
import { type CallTimes, USUAL_TIMES } from "./call-times.ts";
import { carefulBash } from "./careful-bash.ts";
import { upgradeByOracle } from "./oracle.ts";
import { runOurs } from "./ours.ts";
import type { RunnerOutcome } from "./outcome.ts";
import { sdkWaiters } from "./sdk-waiters.ts";

/** `ours`; a shell script with the AWS CLI's waiters; a TypeScript program with the SDK's. */
export const runnerNames = ["ours", "bash", "sdk"] as const;
export type RunnerName = (typeof runnerNames)[number];
/** Nobody's runbook: it knows at once what comes true, and shows how short the window can be. */
export const ORACLE = "oracle";
export type AnyRunner = RunnerName | typeof ORACLE;

/** One upgrade of a profile by one runner, as the cloud's own log has it from the moment when the runner began. */
export type ProfileRun = RunnerOutcome & {
  profile: Profile;
  runner: AnyRunner;
  /** The name of the role that the runner's calls were made under. */
  role: string;
  /** Rows that AWS leaves open and that had their other value. */
  switches?: Partial<Switches>;
  /** Those rows that the cloud looked up, whatever it found. */
  asked: (keyof Switches)[];
  events: SandboxEvent[];
};

/** Visitors come so often, each time through the next address: the window is known to about so much an address. */
export const VISIT_EVERY_MS = 250;
/** Where visitors come from, as startVisitors has it. */
export const VISITORS_ADDRESS = "203.0.113.7";
const AFTERWARDS_MS = 30_000;

type Options = { switches?: Partial<Switches>; seedNumber?: number; times?: CallTimes };

export const runProfile = (
  profile: Profile,
  runner: AnyRunner,
  { switches, seedNumber = 1, times = USUAL_TIMES }: Options = {},
): Promise<ProfileRun> =>
  inVirtualTime(
    async () => {
      const cloud = await cloudOfProfile(profile, { seedNumber });
      const { clock, log } = cloud.world;
      const asked = new Set<keyof Switches>();
      cloud.world.switches = watched({ ...cloud.world.switches, ...switches }, asked);
      const visitors = startVisitors(cloud, { everyMs: VISIT_EVERY_MS });
      // Where in the scheduler's rhythm an upgrade begins is chance.
      await clock.sleep(5_000 + 1_370 * seedNumber);
      const from = log.after().length;
      const role = runner === "ours" ? RUNBOOK_ROLE : runner;
      const byHand = () => {
        const target = [...cloud.configuration.targets.values()][0]!;
        const services = target.services.map(({ name }) => name);
        const listenerArns = cloud.elb
          .state()
          .loadBalancers.flatMap(({ listeners }) => listeners.map(({ arn }) => arn));
        const means = runner === "bash" ? carefulBash(clock, times) : sdkWaiters;
        const what = { cluster: target.cluster, services, listenerArns, database: "noticeboard-db", role, times };
        return upgradeByHand(cloud, what, means);
      };
      const timed = async (upgrade: Promise<void>): Promise<RunnerOutcome> => {
        const beganAt = clock.now();
        const failure = await upgrade.then(
          () => undefined,
          (error: Error) => `${error.name}: ${error.message}`,
        );
        return { failure, tookMs: clock.now() - beganAt };
      };
      const outcome =
        runner === "ours"
          ? await runOurs(cloud, times)
          : await timed(runner === ORACLE ? upgradeByOracle(cloud, { profile, role }) : byHand());
      await clock.sleep(AFTERWARDS_MS);
      await visitors.stop();
      return { ...outcome, profile, runner, role, switches, asked: [...asked], events: log.after(from) };
    },
    { seed: seedNumber },
  );

/** Remembers which ones are looked up. */
const watched = (switches: Switches, asked: Set<keyof Switches>): Switches =>
  new Proxy(switches, {
    get(all, name: keyof Switches) {
      asked.add(name);
      return all[name];
    },
  });
