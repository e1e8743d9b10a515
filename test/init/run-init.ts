import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { systemClock } from "../../src/clock.ts";
import { readInitCommand } from "../../src/init/command-line.ts";
import { init } from "../../src/init/init.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";

/** Runs `npm run init` on a simulated cloud, with files in memory. */
export async function runInit(
  cloud: Pick<SimulatedCloud, "runbook" | "operator">,
  args: string[],
  files: Map<string, string> = new Map(),
) {
  const printed: string[] = [];
  const sts = new STSClient(cloud.operator);
  const code = await init(
    {
      aws: cloud.runbook.aws,
      account: async () => (await sts.send(new GetCallerIdentityCommand())).Account ?? "",
      readFile: (path) => files.get(path),
      writeFile: (path, text) => files.set(path, text),
      print: (text) => printed.push(text),
      nowMs: systemClock.now(),
    },
    readInitCommand(args),
  );
  return { code, printed: printed.join("\n"), text: files.get("intermission.yml") ?? "", files };
}
