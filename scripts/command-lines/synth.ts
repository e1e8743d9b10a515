import { readOptions } from "../../src/command-line/read-options.ts";
import type { Asked } from "../../src/command-line/run-command.ts";

export const HELP = `Makes the CloudFormation template of a deployment, and says what is in it. It needs no AWS account and no network.

  npm run synth -- --file intermission.yml

  --file FILE  the configuration (intermission.yml); \`deployment\` in it says where and how
  --out DIR    where the template and the functions' code go (build/cdk.out)
  --json       answers as JSON
  --help, -h   this

It ends with 1 where the configuration cannot be deployed, and says everything that keeps it from that; with 2 where it was asked for something
that makes no sense.`;

export type SynthCommand = { kind: "synth"; file: string; out: string; json: boolean };

/** Everything that is wrong with the command is said at once. */
export function readSynthCommand(args: string[]): Asked<SynthCommand> {
  const { values, problems } = readOptions(args, {
    options: {
      file: { type: "string", default: "intermission.yml", what: "a file" },
      out: { type: "string", default: "build/cdk.out", what: "a folder" },
      json: { type: "boolean" },
    },
  });
  if (values.help) return { kind: "help" };
  if (problems.length > 0) return { kind: "wrong", problems };
  const { file, out, json } = values;
  return { kind: "synth", file, out, json };
}
