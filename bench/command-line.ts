import { parseArgs } from "node:util";
import type { Profile } from "./profiles/profile.ts";
import { profiles } from "./profiles/profiles.ts";

export const HELP = `How long the window is, where its seconds go, and what it costs; beside what people do by hand

  npm run bench [-- OPTIONS]

  --profile NAME   one profile only; again for another one: ${profiles.map(({ name }) => name).join(", ")}
  --seeds N        so many runs of each, which differ in what is chance (3)
  --quick          one run of each, and no uncertain row with its other value
  --start          sizes and start-up of this machine too: bundles, the Action, the sandbox
  --write FILE     docs/performance.md, and images/window.svg beside it
  --html FILE      one page with the chart and all tables
  --from FILE      measures nothing, and shows what --json-file wrote
  --json           the figures as JSON instead of tables
  --json-file FILE the same into a file, besides the tables
  --help           this

Everything runs in virtual time on the sandbox's AWS. Colours follow NO_COLOR and FORCE_COLOR.`;

export type Options = {
  profiles: readonly Profile[];
  seeds: number;
  switches: boolean;
  start: boolean;
  json: boolean;
  jsonFile?: string;
  write?: string;
  html?: string;
  from?: string;
  help: boolean;
};

/** Throws an error that says everything that is wrong with the command line. */
export function optionsOf(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      profile: { type: "string", multiple: true, default: [] },
      seeds: { type: "string", default: "3" },
      quick: { type: "boolean", default: false },
      start: { type: "boolean", default: false },
      write: { type: "string" },
      html: { type: "string" },
      from: { type: "string" },
      "json-file": { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const known = profiles.map(({ name }) => name);
  const seeds = Number(values.seeds);
  const problems = [
    ...values.profile
      .filter((name) => !known.includes(name))
      .map((name) => `--profile: expected one of ${known.join(", ")}, found ${name}`),
    ...(Number.isInteger(seeds) && seeds >= 1 ? [] : [`--seeds: expected a number from 1 on, found ${values.seeds}`]),
  ];
  if (problems.length) throw new Error(problems.join("\n"));
  return {
    profiles: values.profile.length ? profiles.filter(({ name }) => values.profile.includes(name)) : profiles,
    seeds: values.quick ? 1 : seeds,
    switches: !values.quick,
    start: values.start,
    write: values.write,
    html: values.html,
    from: values.from,
    jsonFile: values["json-file"],
    json: values.json,
    help: values.help,
  };
}
