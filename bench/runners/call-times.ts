import type { SimulatedCloud } from "../../test/simulation/simulated-cloud.ts";

/**
 * What a call takes on its way to AWS and back, in milliseconds, for whoever is in the same region. Assumed: AWS publishes none. The same for
 * everybody who is compared; half of it lies before the call's effect.
 */
const CALL_MS: Record<string, number> = { dynamodb: 8, ecs: 100, elasticloadbalancing: 120, rds: 200 };
const OTHER_CALL_MS = 100;

type Config = ReturnType<SimulatedCloud["configFor"]>;

/** The clients' configuration of a role, with calls that take as long as they do. */
export function configWithCallTimes({ configFor, world }: SimulatedCloud, role: string): Config {
  const config = configFor(role);
  const { handle } = config.requestHandler;
  return {
    ...config,
    requestHandler: {
      ...config.requestHandler,
      async handle(request, options) {
        const [service = ""] = request.hostname.split(".");
        const half = (CALL_MS[service] ?? OTHER_CALL_MS) / 2;
        await world.clock.sleep(half);
        const answer = await handle(request, options);
        await world.clock.sleep(half);
        return answer;
      },
    },
  };
}
