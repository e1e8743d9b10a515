import { availableParallelism } from "node:os";
import { oneOf, wholeNumber } from "../src/command-line/meanings.ts";
import { readOptions } from "../src/command-line/read-options.ts";
import type { Asked } from "../src/command-line/run-command.ts";
import type { Profile } from "./profiles/profile.ts";
import { profiles } from "./profiles/profiles.ts";

const names = profiles.map(({ name }) => name);

export const HELP = `npm run bench -- [--profile NAME] [--seeds N] [--quick] [--start] [--real-time] [--workers N]
                [--json] [--write FILE] [--html FILE] [--json-file FILE] [--from FILE]

How long the window is, where its seconds go, how late what is true is acted on, and what an upgrade costs; beside the same
by hand, in bash with the AWS CLI and in TypeScript with the SDK's waiters. In virtual time on the sandbox's AWS.

  --profile NAME    one of ${names.slice(0, 3).join(", ")},
                    ${names.slice(3).join(", ")}; again for another one. All of them unless given
  --seeds N         runs of each, which differ in what is chance; 3 unless given
  --quick           one run of each, and no uncertain row of AWS with its other value
  --start           sizes and start-up of this machine too: bundles, the Action, the sandbox
  --real-time       the script itself with the AWS CLI too, in real time; left out where there is no AWS CLI
  --workers N       so many runs at a time, each in a process of its own; as many as there are cores unless given
  --write FILE      docs/performance.md, with images/window.svg beside it
  --html FILE       one page with the chart and all tables
  --json-file FILE  the figures as JSON
  --from FILE       measures none of the above anew, and shows what --json-file wrote
  --json            the figures as JSON instead of tables
  --help, -h        this text
`;

export type BenchCommand = {
  kind: "bench";
  profiles: readonly Profile[];
  seeds: number;
  switches: boolean;
  start: boolean;
  realTime: boolean;
  workers: number;
  json: boolean;
  jsonFile?: string;
  write?: string;
  html?: string;
  from?: string;
};

export function readCommand(args: string[]): Asked<BenchCommand> {
  const { values, problems } = readOptions(args, {
    options: {
      profile: { type: "string", multiple: true, as: oneOf(names) },
      seeds: { type: "string", default: 3, as: wholeNumber({ least: 1, most: 99 }) },
      quick: { type: "boolean" },
      start: { type: "boolean" },
      "real-time": { type: "boolean" },
      workers: { type: "string", default: availableParallelism(), as: wholeNumber({ least: 1, most: 64 }) },
      write: { type: "string", what: "a file" },
      html: { type: "string", what: "a file" },
      "json-file": { type: "string", what: "a file" },
      from: { type: "string", what: "a file" },
      json: { type: "boolean" },
    },
  });
  const { profile, seeds, quick, help, start, workers, json, write, html, from } = values;
  if (help) return { kind: "help" };
  if (problems.length) return { kind: "wrong", problems, json };
  return {
    kind: "bench",
    profiles: profile.length ? profiles.filter(({ name }) => profile.includes(name)) : profiles,
    seeds: quick ? 1 : seeds,
    switches: !quick,
    realTime: values["real-time"],
    jsonFile: values["json-file"],
    ...{ start, workers, json, write, html, from },
  };
}
