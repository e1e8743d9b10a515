import { everyContainerHasEnded, leaderGoes, serves, start, type Wanted } from "./nodes.ts";
import { dataComesBack } from "./restore-by-hand.ts";
import { settingsGoBack } from "./settings.ts";
import { aws, awsText, quoted, type Step } from "./shell.ts";
import { rulesGoBack, siteOpens } from "./site.ts";
import { type Situation, undosOf } from "./situation.ts";

/** From data that may have been changed to that of the snapshot, and to the version that belongs to it. */
export function goBackByHand(situation: Situation): Step[] {
  const nodes = nodesBefore(situation);
  const data = dataComesBack(situation);
  return [
    ...leaderGoes(situation),
    everyNodeStops(situation, nodes),
    everythingHasEnded(situation),
    ...data.steps,
    ...oneNodeFirst(situation, nodes.map(data.revised)),
    ...theOthers(situation, nodes.map(data.revised)),
    ...siteOpens(situation),
    ...rulesGoBack(situation),
    ...settingsGoBack(situation),
  ];
}

/** What ran before, the leader's service first, with the counts at the moment when it was stopped. */
function nodesBefore(situation: Situation): Wanted[] {
  const stopped = undosOf(situation, "restore-service");
  const { before } = situation;
  if (!before) return stopped.toReversed().map(({ desiredCount, ...undo }) => ({ ...undo, count: desiredCount }));
  return before.services.map(({ name: service, desiredCount, taskDefinitionArn }) => ({
    cluster: before.cluster,
    service,
    taskDefinitionArn,
    count: stopped.find((undo) => undo.service === service)?.desiredCount ?? desiredCount,
  }));
}

function everyNodeStops({ state, journal }: Situation, nodes: Wanted[]): Step {
  const resumed = journal.flatMap(({ undo, undone }) => (undo.kind === "resume-scaling" && undone ? [undo] : []));
  return {
    title: "Every node stops",
    why: [
      ...(state.site === "closed"
        ? []
        : ["THE PAGE IS NOT UP: from here on visitors get the load balancer's own 503 until nodes serve again."]),
      ...(resumed.length > 0 ? ["First what would start them again."] : []),
      "Each with a new deployment: one that was given up starts no node any more.",
    ],
    commands: [
      ...resumed.map(
        ({ resourceId }) =>
          `${aws("application-autoscaling", "register-scalable-target", {
            "service-namespace": "ecs",
            "scalable-dimension": "ecs:service:DesiredCount",
            "resource-id": resourceId,
            "suspended-state": [
              "DynamicScalingInSuspended=true,DynamicScalingOutSuspended=true,ScheduledScalingSuspended=true",
            ],
          })} > /dev/null`,
      ),
      ...nodes.map(
        ({ cluster, service }) =>
          `${aws("ecs", "update-service", { cluster, service, "desired-count": 0 })} --force-new-deployment > /dev/null`,
      ),
    ],
  };
}

function everythingHasEnded(situation: Situation): Step {
  const { before } = situation;
  const families = before
    ? before.services.map(({ family }) => ({ cluster: before.cluster, family }))
    : undosOf(situation, "stop-leader").map(({ cluster, family }) => ({ cluster, family }));
  const different = families.filter(({ family }, at) => families.findIndex((each) => each.family === family) === at);
  return {
    title: "Every container has ended",
    why: [
      "Told task by task. Counts prove nothing, nor does `aws ecs wait services-stable`: containers still end then, and write.",
    ],
    commands: everyContainerHasEnded(different),
    goOn: "nothing is listed any more: from here on nobody writes to the data",
  };
}

function oneNodeFirst(situation: Situation, [leader]: Wanted[]): Step[] {
  if (!leader || leader.count === 0) return [];
  const one = { ...leader, count: 1 };
  return [
    {
      title: "One node of the old version",
      why: ["If it is not well, only one is to be looked at, and the page is still up."],
      commands: [start(one), ...serves(one, situation.before), ...throughTheBypass(situation)],
      goOn: "the application answers as ready, with its old version, and shows the data from before",
    },
  ];
}

/** The secret is read from the rule, so that no script has it. */
function throughTheBypass(situation: Situation): string[] {
  const bypass = undosOf(situation, "delete-rules").find(({ role }) => role === "bypass");
  const { url } = situation.target;
  if (!bypass) return [`look ${quoted(`there is no bypass: ask the node itself, not ${url}`)}`];
  const value = "Rules[].Conditions[].HttpHeaderConfig | [?HttpHeaderName==`x-intermission-bypass`].Values[] | [0]";
  const secret = awsText("elbv2", "describe-rules", value, { "listener-arn": bypass.listenerArn });
  return [
    `bypass=$(${secret})`,
    `curl --silent --show-error --output /dev/null --write-out '%{http_code}\\n' --header "x-intermission-bypass: $bypass" ${quoted(url)} >&2 || true`,
    `look ${quoted(`past the page, with the header x-intermission-bypass that the rule has: is ${url} the old version, with the old data?`)}`,
  ];
}

function theOthers(situation: Situation, nodes: Wanted[]): Step[] {
  if (nodes.every(({ count }) => count === 0)) return [];
  return [
    {
      title: "All nodes of the old version",
      commands: [...nodes.map((each) => start(each)), ...nodes.flatMap((each) => serves(each, situation.before))],
      goOn: "every service runs as many nodes as it had, and its target groups have as many that are healthy",
    },
  ];
}
