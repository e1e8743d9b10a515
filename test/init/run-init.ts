import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { systemClock } from "../../src/clock.ts";
import { runCommand } from "../../src/command-line/run-command.ts";
import { INIT_HELP, readInitCommand } from "../../src/init/command-line.ts";
import { init } from "../../src/init/init.ts";
import type { InitWorld } from "../../src/init/init-world.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";

/** Runs `npm run init` on a simulated cloud, with files in memory. */
export async function runInit(
  cloud: Pick<SimulatedCloud, "runbook" | "operator">,
  args: string[],
  files: Map<string, string> = new Map(),
) {
  const printed: string[] = [];
  const sts = new STSClient(cloud.operator);
  const print = (text: string) => void printed.push(text);
  const world: InitWorld = {
    aws: cloud.runbook.aws,
    account: async () => (await sts.send(new GetCallerIdentityCommand())).Account ?? "",
    readFile: (path) => files.get(path),
    writeFile: (path, text) => files.set(path, text),
    print,
    nowMs: systemClock.now(),
  };
  const code = await runCommand({
    ...{ args, help: INIT_HELP, read: readInitCommand, streams: { print, complain: print } },
    run: (command) => init(world, command),
  });
  return { code, printed: printed.join("\n"), text: files.get("intermission.yml") ?? "", files };
}
