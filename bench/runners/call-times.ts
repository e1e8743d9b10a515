import type { SimulatedCloud } from "../../test/simulation/simulated-cloud.ts";

/** What everything takes that is not AWS's work: milliseconds. */
export type CallTimes = {
  /** A call on its way to a service and back, by the first word of its host. Half of it lies before the call's effect. */
  calls: Record<string, number>;
  otherCalls: number;
  /** From the start of `aws` to its call: Python, botocore and the service's model. */
  cliStart: number;
};

/**
 * Calls: assumed, for whoever is in the same region, since AWS publishes none. The same for everybody who is compared. The AWS CLI: 1.45 took this long
 * on an idle machine of two cores; `npm run bench -- --real-time` measures it anew.
 */
export const USUAL_TIMES: CallTimes = {
  calls: { dynamodb: 8, ecs: 100, elasticloadbalancing: 120, rds: 200 },
  otherCalls: 100,
  cliStart: 850,
};

type Config = ReturnType<SimulatedCloud["configFor"]>;

/** The clients' configuration of a role, with calls that take as long as they do. */
export function configWithCallTimes(
  { configFor, world }: SimulatedCloud,
  role: string,
  { calls, otherCalls }: CallTimes,
): Config {
  const config = configFor(role);
  const { handle } = config.requestHandler;
  return {
    ...config,
    requestHandler: {
      ...config.requestHandler,
      async handle(request, options) {
        const [service = ""] = request.hostname.split(".");
        const half = (calls[service] ?? otherCalls) / 2;
        await world.clock.sleep(half);
        const answer = await handle(request, options);
        await world.clock.sleep(half);
        return answer;
      },
    },
  };
}
