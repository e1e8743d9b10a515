import { everyContainerHasEnded, leaderGoes, serves, start, type Wanted } from "./nodes.ts";
import { leadersSettings, settingsGoBack } from "./settings.ts";
import type { Step } from "./shell.ts";
import { rulesGoBack, siteOpens } from "./site.ts";
import { type Situation, undosOf } from "./situation.ts";

/** On data that no other version has touched. The site opens as soon as the old nodes serve; settings follow. */
export function putBackByHand(situation: Situation): Step[] {
  return [
    ...leaderGoes(situation),
    ...oldNodesServe(situation),
    ...siteOpens(situation),
    ...rulesGoBack(situation),
    ...settingsGoBack(situation),
  ];
}

function oldNodesServe(situation: Situation): Step[] {
  const wanted = undosOf(situation, "restore-service")
    .toReversed()
    .map(({ desiredCount, ...undo }): Wanted => ({ ...undo, count: desiredCount }));
  if (wanted.length === 0) return [];
  const families = undosOf(situation, "stop-leader").map(({ cluster, family }) => ({
    cluster,
    family,
    except: wanted.find(({ taskDefinitionArn }) => taskDefinitionArn.includes(`/${family}:`))?.taskDefinitionArn,
  }));
  return [
    ...(families.length > 0
      ? [
          {
            title: "No other version runs",
            why: ["Told task by task. Counts prove nothing: they reach 0 while containers still end, and write."],
            commands: everyContainerHasEnded(families),
            goOn: "nothing is listed any more",
          },
        ]
      : []),
    {
      title: "The old nodes serve",
      why: [
        "The old revisions at the counts that they had when they were stopped, each in a new deployment: one that was given up starts no node any more.",
      ],
      commands: [
        ...leadersSettings(situation),
        ...wanted.map((each) => start(each, { anew: true })),
        ...wanted.flatMap((each) => serves(each, situation.before)),
      ],
      goOn: "every service runs as many nodes as it had, and its target groups have as many that are healthy",
    },
  ];
}
