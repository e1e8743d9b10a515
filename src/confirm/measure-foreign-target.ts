import { asAssumed, differs, lookUntil, type Measurement, notMeasured } from "./measurement.ts";
import { delayOf, scaleInByOne, stopLab, untilStopped } from "./stop-lab.ts";

const WATCH_MS = 120_000;
/** Nothing listens there, so nobody is ever sent to it. */
const DEAD_PORT = 9;

/** The leader is a target that ECS did not register. */
export const foreignTarget: Measurement = {
  name: "foreign-target",
  asks: "Does ECS leave a target alone that somebody else registered in its service's target group, also when it scales?",
  assumes: "yes: the leader is one",
  does: "registers a dead port of a node, watches it for two minutes while the service scales in by one, and takes it out",
  needsNodes: true,
  disturbs: "one node fewer for some minutes. The dead port is never healthy, so nobody is sent there",
  async run(lab) {
    const at = await stopLab(lab);
    if (!at) return notMeasured("no service of the target has a node behind a load balancer");
    const [group] = await lab.aws.loadBalancers.targetGroups([at.groupArn]);
    if (group?.targetType !== "ip") return notMeasured(`the targets are of type ${group?.targetType}, not ip`);
    const [node] = await lab.aws.loadBalancers.targetHealth(at.groupArn);
    if (!node) return notMeasured("no node is registered");
    const target = { id: node.id, port: DEAD_PORT };
    await lab.make({ kind: "target", targetGroupArn: at.groupArn, ...target }, () =>
      lab.aws.loadBalancers.registerTarget(at.groupArn, target),
    );
    const since = lab.clock.now();
    const isThere = async () =>
      (await lab.aws.loadBalancers.targetHealth(at.groupArn)).some(
        ({ id, port, state }) => id === target.id && port === target.port && state !== "draining",
      );
    await delayOf(lab, at, 5);
    const stopped = await scaleInByOne(lab, at);
    if (stopped) await untilStopped(lab, stopped);
    const gone = await lookUntil(
      lab,
      { everyMs: 2_000, withinMs: Math.max(0, WATCH_MS - (lab.clock.now() - since)) },
      async () => ((await isThere()) ? undefined : lab.clock.now() - since),
    );
    const measured = [{ what: "watched for", unit: "ms" as const, values: [lab.clock.now() - since] }];
    return gone === undefined
      ? asAssumed(measured)
      : differs(
          "Use `leader: service`: a leader that is a task of its own is taken out of the target group here",
          measured,
        );
  },
};
