import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { SimulatedProgram } from "../../src/sandbox/substrate/simulated/containers.ts";
import { simulatedCloud } from "../simulation/simulated-cloud.ts";

const file = fileURLToPath(new URL("../../examples/sandbox.yml", import.meta.url));
const REPOSITORY = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/crm";

/** examples/sandbox.yml on virtual time. */
export async function exampleCloud(seedNumber = 1) {
  return simulatedCloud({
    seed: readFileSync(file, "utf8"),
    seedNumber,
    programs: () => ({ [`${REPOSITORY}:1.0.0`]: crm, [`${REPOSITORY}:2.0.0`]: crm }),
  });
}

const crm: SimulatedProgram = ({ hosts, host, port, exit }) => {
  const stopListening = hosts.listen(host, port, async () => ({ status: 200, headers: {}, body: "ok" }));
  return {
    signal() {
      stopListening();
      exit(0);
    },
  };
};
