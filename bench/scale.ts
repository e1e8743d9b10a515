import { type Meaning, oneOf, wholeNumber } from "../src/command-line/meanings.ts";
import { readOptions } from "../src/command-line/read-options.ts";
import { type Asked, runCommand } from "../src/command-line/run-command.ts";
import { type Scale, scaleOf } from "../test/load/scale.ts";

const HELP = `npm run bench:scale -- [--targets N,N,...] [--at-once N] [--shape NAME] [--health-check-seconds N] [--json]

How long the window of each of many targets is that are upgraded at once in one account, against a lone one, under the rate limits that AWS
documents for an account. In virtual time; a hundred targets take minutes here.

  --targets N,N,...         how many targets, one after another (1,10)
  --at-once N               how many may have their window at once; as many as the deployment's default unless given
  --shape NAME              own-clusters: each target has a cluster of its own, or one-cluster (own-clusters)
  --health-check-seconds N  how often target groups ask their nodes before the window (30)
  --json                    as JSON
  --help, -h                this text
`;

const shapes = ["own-clusters", "one-cluster"] as const;
type ScaleCommand = {
  kind: "scale";
  targets: number[];
  shape: (typeof shapes)[number];
  healthCheckSeconds: number;
  windowsAtOnce?: number;
  json: boolean;
};

process.exitCode = await runCommand({ help: HELP, read: readCommand, run });

function readCommand(args: string[]): Asked<ScaleCommand> {
  const { values, problems } = readOptions(args, {
    options: {
      targets: { type: "string", default: [1, 10], as: wholeNumbers },
      "at-once": { type: "string", as: wholeNumber({ least: 1, most: 1_000 }) },
      shape: { type: "string", default: "own-clusters", as: oneOf(shapes) },
      "health-check-seconds": { type: "string", default: 30, as: wholeNumber({ least: 5, most: 300 }) },
      json: { type: "boolean" },
    },
  });
  const { help, targets, shape, json, "at-once": windowsAtOnce, "health-check-seconds": seconds } = values;
  if (help) return { kind: "help" };
  if (problems.length > 0) return { kind: "wrong", problems, json };
  return { kind: "scale", targets, shape, healthCheckSeconds: seconds, windowsAtOnce, json };
}

function wholeNumbers(text: string): ReturnType<Meaning<number[]>> {
  const read = text.split(",").map(wholeNumber({ least: 1, most: 1_000 }));
  const value = read.flatMap((each) => ("value" in each ? [each.value] : []));
  return value.length === read.length ? { value } : { expected: "whole numbers from 1 to 1000, such as 1,10,100" };
}

async function run({ targets, shape, healthCheckSeconds, windowsAtOnce, json }: ScaleCommand): Promise<number> {
  const scales: Scale[] = [];
  for (const many of targets) {
    const began = performance.now();
    const scale = await scaleOf(many, { shape, healthCheckSeconds, ...(windowsAtOnce && { windowsAtOnce }) });
    scales.push(scale);
    if (!json) console.error(`${many} targets: ${((performance.now() - began) / 1_000).toFixed(0)} s here`);
  }
  if (json) console.log(JSON.stringify(scales, null, 2));
  else console.table(table(scales));
  return 0;
}

function table(scales: Scale[]) {
  const lone = scales.find(({ targets }) => targets === 1)?.windowSeconds.median;
  const against = (seconds: number) => (lone === undefined ? seconds : `${seconds} (${(seconds / lone).toFixed(2)} ×)`);
  return scales.map(({ targets, endings, windowSeconds, calls, throttled, lastEndedAfterSeconds }) => ({
    targets,
    endings: Object.entries(endings)
      .map(([status, count]) => `${count} ${status}`)
      .join(", "),
    "window, median (s)": against(windowSeconds.median),
    "window, longest (s)": against(windowSeconds.longest),
    "last one done after (s)": lastEndedAfterSeconds,
    "calls each": Math.round(calls / targets),
    "of them throttled": Math.round(throttled / targets),
  }));
}
