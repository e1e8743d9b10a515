import { runScenario } from "../../test/simulator/run-scenario.ts";
import { scenarioOfSeed } from "../../test/simulator/scenario-of-seed.ts";
import { inVirtualTime } from "../../test/virtual-time.ts";
import { cloudOfProfile } from "../profiles/cloud-of-profile.ts";
import { profiles } from "../profiles/profiles.ts";
import { runProfile } from "../runners/run-profile.ts";

/** The simulated AWS in a process of its own. What is a time is the processor's. */
export type MeasuredSimulation = {
  /** From nothing to a target with three nodes that serve, once the code is loaded. */
  startCpuMs: number;
  upgradesPerCpuMinute: number;
  /** What `npm run simulate` runs: an operation of any kind, with whatever goes wrong in it, and who judges it. */
  historiesPerCpuMinute: number;
  /** What the process has in memory after all that. */
  megabytes: number;
};

const UPGRADES = 5;
const HISTORIES = 20;

async function cpuMsOf(run: () => Promise<unknown>, times: number): Promise<number> {
  const at = process.cpuUsage();
  for (let time = 0; time < times; time += 1) await run();
  const { user, system } = process.cpuUsage(at);
  return (user + system) / 1_000 / times;
}

/** The first time of each loads and compiles code, and counts for nothing. */
async function measureSimulation(): Promise<MeasuredSimulation> {
  const start = () => inVirtualTime(() => cloudOfProfile(profiles[0]!));
  const upgrade = () => runProfile(profiles[0]!, "ours");
  let seed = 0;
  const history = () => {
    seed += 1;
    return runScenario(scenarioOfSeed(seed));
  };
  await start();
  const startCpuMs = await cpuMsOf(start, UPGRADES);
  await upgrade();
  const upgradeCpuMs = await cpuMsOf(upgrade, UPGRADES);
  await history();
  const historyCpuMs = await cpuMsOf(history, HISTORIES);
  return {
    startCpuMs,
    upgradesPerCpuMinute: 60_000 / upgradeCpuMs,
    historiesPerCpuMinute: 60_000 / historyCpuMs,
    megabytes: process.memoryUsage().rss / 1_000_000,
  };
}

if (import.meta.main) console.log(JSON.stringify(await measureSimulation()));
