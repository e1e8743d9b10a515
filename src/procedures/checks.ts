import { resourceId } from "../aws/auto-scaling.ts";
import { parseImageReference } from "../operations/image-reference.ts";
import type { CheckResult, OperationRequest } from "../operations/operation.ts";
import { presetOf } from "../targets/presets/preset.ts";
import type { Target } from "../targets/schema.ts";
import { closuresToCome } from "./closing-rules.ts";
import type { Discovery, Read } from "./discovery.ts";
import { forwardedGroups } from "./doors.ts";
import { PAGE_LIMIT, renderPage } from "./page.ts";
import type { Reachability } from "./reachability.ts";

export type CheckInput = {
  target: Target;
  request: OperationRequest;
  discovery: Discovery;
  reachability: Reachability;
  operationId: string;
};
type Finding = { outcome?: "passed" | "warned" | "failed"; found: string; fix?: string };
type Check = {
  name: string;
  looked: (input: CheckInput) => string;
  expected: string;
  find: (input: CheckInput) => Finding;
};

const ok = (found: string): Finding => ({ outcome: "passed", found });
const warn = (found: string, fix: string): Finding => ({ outcome: "warned", found, fix });
const fail = (found: string, fix: string): Finding => ({ outcome: "failed", found, fix });

/** Judges what was read; what could not be read fails the check with the reason. */
const given = <Value>(read: Read<Value>, judge: (value: Value) => Finding): Finding =>
  read.ok ? judge(read.value) : fail(read.error, "Check the name in the configuration and the runbook's permissions");

/** Fails listing every offender, passes otherwise. */
const none = <Item>(items: Item[], words: (item: Item) => string, otherwise: string, fix: string): Finding =>
  items.length ? fail(items.map(words).join("; "), fix) : ok(otherwise);

/** Everything that must be true before the site is touched. All run; none stops the others. */
export const checks: Check[] = [
  {
    name: "not-frozen",
    looked: ({ target }) => `target ${target.name} in the configuration`,
    expected: "not frozen",
    find: ({ target }) =>
      target.frozen
        ? fail(`frozen: ${target.frozen}`, "Remove `frozen` from the target once its reason is gone")
        : ok("not frozen"),
  },
  {
    name: "image-exists",
    looked: ({ request }) => request.image,
    expected: "an image that its registry knows",
    find: ({ discovery }) => given(discovery.imageDigest, (digest) => ok(digest)),
  },
  {
    name: "image-is-new",
    looked: ({ request }) => `${request.image} beside the images of the running nodes`,
    expected: "an image that does not run yet",
    find: ({ target, discovery }) =>
      given(discovery.shapes, (shapes) => {
        const digests = shapes.flatMap(({ service, tasks }) => {
          const name = target.services.find((each) => each.name === service)?.container;
          return tasks.map(({ containers }) => containers.find((container) => container.name === name)?.imageDigest);
        });
        const same =
          discovery.imageDigest.ok &&
          digests.length > 0 &&
          digests.every((digest) => digest === (discovery.imageDigest as { value: string }).value);
        return same
          ? warn("every node runs it already", "Go on only if a restart of all nodes is what you want")
          : ok(`${digests.length} nodes run another image`);
      }),
  },
  {
    name: "version-is-known",
    looked: ({ request }) => `expected version and tag of ${request.image}`,
    expected: "a version to compare with what the application reports",
    find: ({ target, request, discovery }) => {
      if (discovery.expectedVersion) return ok(discovery.expectedVersion);
      if (presetOf(target).probes.version)
        return warn(
          `none given, and ${parseImageReference(request.image)?.tag ?? "the digest"} is none`,
          "Give expectedVersion, or the digest alone will be verified",
        );
      return request.expectedVersion
        ? fail("the target has no version probe to compare it with", "Configure `probes.version`, or leave it out")
        : warn("the target has no version probe", "Configure `probes.version`, or the digest alone will be verified");
    },
  },
  {
    name: "services-exist",
    looked: ({ target }) =>
      `services ${target.services.map(({ name }) => name).join(", ")} in cluster ${target.cluster}`,
    expected: "each exists, is ACTIVE and is deployed by ECS itself",
    find: ({ target, discovery }) =>
      given(discovery.services, (services) => {
        const missing = target.services.filter(({ name }) => !services.some((service) => service.name === name));
        const inactive = services.filter(({ status }) => status !== "ACTIVE");
        const foreign = services.filter(({ controller }) => controller !== "ECS");
        const strategy = services.filter(
          ({ settings }) =>
            !["ROLLING", undefined].includes(settings.deploymentConfiguration.strategy as string | undefined),
        );
        const problems = [
          ...missing.map(({ name }) => `${name} does not exist`),
          ...inactive.map(({ name, status }) => `${name} is ${status}`),
          ...foreign.map(({ name, controller }) => `${name} is deployed by ${controller}`),
          ...strategy.map(
            ({ name, settings }) => `${name} is deployed ${String(settings.deploymentConfiguration.strategy)}`,
          ),
        ];
        return none(
          problems,
          String,
          `${services.length} found`,
          "Name existing services with the ECS deployment controller and rolling deployments",
        );
      }),
  },
  {
    name: "services-are-steady",
    looked: () => "deployments and counts of the services",
    expected: "one completed deployment each, running as many nodes as desired, at least one",
    find: ({ discovery }) =>
      given(discovery.services, (services) => {
        const restless = services.filter(
          ({ deployments, desiredCount, runningCount, pendingCount }) =>
            deployments.length !== 1 ||
            deployments[0]?.rolloutState !== "COMPLETED" ||
            desiredCount < 1 ||
            runningCount !== desiredCount ||
            pendingCount > 0,
        );
        const words = ({ name, deployments, runningCount, desiredCount }: (typeof services)[number]) =>
          `${name}: ${runningCount} of ${desiredCount} running, deployments ${deployments.map(({ rolloutState }) => rolloutState).join(", ")}`;
        return none(
          restless,
          words,
          services.map(({ name, runningCount }) => `${name}: ${runningCount}`).join(", "),
          "Wait until the services are steady, or find out why they are not",
        );
      }),
  },
  {
    name: "containers-exist",
    looked: () => "task definitions of the services",
    expected: "each has the configured container, in network mode awsvpc",
    find: ({ target, discovery }) =>
      given(discovery.shapes, (shapes) => {
        const wrong = shapes.flatMap(({ service, containers, networkMode }) => {
          const name = target.services.find((each) => each.name === service)?.container;
          const absent = containers.some((container) => container.name === name)
            ? []
            : [`${service} has no container ${name}, found ${containers.map((each) => each.name).join(", ")}`];
          return networkMode === "awsvpc" ? absent : [...absent, `${service} uses network mode ${networkMode}`];
        });
        return none(
          wrong,
          String,
          shapes.map(({ family }) => family).join(", "),
          "Correct `container` in the configuration; other network modes than awsvpc are not supported",
        );
      }),
  },
  {
    name: "leader-needs-no-service",
    looked: ({ target }) => `service ${target.services[0]?.name}`,
    expected: "neither Service Connect nor service discovery: the leader runs as a standalone task, which has neither",
    find: ({ target, discovery }) =>
      given(discovery.services, (services) => {
        const leader = services.find(({ name }) => name === target.services[0]?.name);
        return leader?.serviceConnect || leader?.serviceRegistries
          ? fail("it uses them", "Such a target is not supported")
          : ok("it uses neither");
      }),
  },
  {
    name: "no-strangers",
    looked: () => "running tasks of the services' task definition families",
    expected: "none outside the services: they would write to the database during the window",
    find: ({ discovery }) =>
      given(discovery.shapes, (shapes) =>
        none(
          shapes.flatMap(({ strangers }) => strangers),
          ({ arn, group, startedBy }) => `${arn} (${group}${startedBy ? `, started by ${startedBy}` : ""})`,
          "none",
          "Name the services that they belong to in the configuration; stop the others, or wait until they have ended",
        ),
      ),
  },
  {
    name: "load-balancer-leads-here",
    looked: () => "the services' target groups and the listeners of their load balancers",
    expected:
      "the leader's service has a target group of type ip that a listener of an Application Load Balancer forwards to",
    find: ({ target, discovery }) =>
      given(discovery.services, (services) =>
        given(discovery.targetGroups, (groups) =>
          given(discovery.loadBalancers, (balancers) =>
            given(discovery.listeners, (listeners) => {
              const leader = services.find(({ name }) => name === target.services[0]?.name);
              if (!leader?.loadBalancers.length)
                return fail(
                  `${target.services[0]?.name} has no load balancer`,
                  "Targets without a load balancer are not supported yet",
                );
              const forwarded = new Set(listeners.flatMap(({ rules }) => rules.flatMap(forwardedGroups)));
              const problems = [
                ...groups
                  .filter(({ targetType }) => targetType !== "ip")
                  .map(({ name, targetType }) => `${name} has targets of type ${targetType}`),
                ...groups.filter(({ arn }) => !forwarded.has(arn)).map(({ name }) => `no listener forwards to ${name}`),
                ...balancers
                  .filter(({ type }) => type !== "application")
                  .map(({ name, type }) => `${name} is a ${type} load balancer`),
              ];
              return none(
                problems,
                String,
                balancers.map(({ name }) => name).join(", "),
                "Name the service that the load balancer forwards to first",
              );
            }),
          ),
        ),
      ),
  },
  {
    name: "page-fits-in",
    looked: () => "listener rules around those that lead to the application, and the page",
    expected: `two free priorities directly before each such rule, and a page of at most ${PAGE_LIMIT} characters`,
    find: ({ target, discovery, operationId }) =>
      given(discovery.listeners, (listeners) =>
        given(discovery.targetGroups, (groups) => {
          const { closures: fitting, obstacles } = closuresToCome({
            operationId,
            target,
            targetGroups: groups,
            listeners,
          });
          const size = renderPage(target.page, operationId).length;
          const problems = obstacles.map(
            ({ door, problem }) =>
              `${door.listener.protocol} ${door.listener.port}, rule ${door.rule.priority ?? "default"}: ${problem}`,
          );
          if (size > PAGE_LIMIT) problems.push(`the page has ${size} characters`);
          return none(
            problems,
            String,
            `${fitting.length} closing and ${fitting.length} bypass rules`,
            "Leave two numbers free before each rule (SetRulePriorities moves rules without a gap), simplify its conditions, or shorten the message",
          );
        }),
      ),
  },
  {
    name: "probes-reach-the-site",
    looked: ({ target }) => `${target.url} and every other way in, at every address of the load balancer`,
    expected: "the application answers as ready at each, and something at each way in: the page must be proven there",
    find: ({ reachability }) => {
      if (!reachability.ok)
        return fail(reachability.error, "The runbook must reach the load balancer, and resolve its name");
      const bad = reachability.value.filter(({ wrong }) => wrong !== undefined);
      return none(
        bad,
        ({ of, wrong }) => `${of}: ${wrong}`,
        `${reachability.value.length} answers`,
        "Repair the application first, or let the runbook reach it",
      );
    },
  },
  {
    name: "database-is-available",
    looked: ({ target }) => (target.database === "none" ? "no database" : `RDS instance ${target.database.instance}`),
    expected: "available, and no member of a cluster",
    find: ({ target, request, discovery }) =>
      given(discovery.database, (instance) => {
        if (target.database === "none") return ok("the target has none");
        if (!instance) return fail("it does not exist", "Correct `database` in the configuration");
        if (instance.clusterMember) return fail("it is a member of a cluster", "Clusters are not supported yet");
        if (request.snapshot === "none")
          return warn(`${instance.status}; the caller wants no snapshot`, "Without one nothing can be restored");
        return instance.status === "available"
          ? ok(`${instance.engine} ${instance.engineVersion}, ${instance.status}`)
          : fail(instance.status, "Wait until it is available");
      }),
  },
  {
    name: "scaling-can-be-suspended",
    looked: () => "scalable targets of the services",
    expected: "desired counts within their bounds: suspending scaling would otherwise start or stop nodes",
    find: ({ discovery }) =>
      given(discovery.scalableTargets, (targets) =>
        given(discovery.services, (services) => {
          const outside = services.flatMap(({ name, desiredCount }) => {
            const scalable = targets.find((each) => each.resourceId === resourceId(discovery.clusterName, name));
            return scalable && (desiredCount < scalable.minCapacity || desiredCount > scalable.maxCapacity)
              ? [`${name}: ${desiredCount}, bounds ${scalable.minCapacity} to ${scalable.maxCapacity}`]
              : [];
          });
          return none(
            outside,
            String,
            targets.length ? `${targets.length} scalable targets` : "none",
            "Bring the desired count inside the bounds",
          );
        }),
      ),
  },
];

export const runChecks = (input: CheckInput): CheckResult[] =>
  checks.map(({ name, looked, expected, find }) => {
    const { outcome = "passed", found, fix } = find(input);
    return { name, outcome, looked: looked(input), expected, found, ...(fix ? { fix } : {}) };
  });
