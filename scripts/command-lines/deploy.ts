import { readOptions } from "../../src/command-line/read-options.ts";
import type { Asked } from "../../src/command-line/run-command.ts";

export const HELP = `Deploys Intermission as the configuration says, or changes what is deployed. Operations that run are not disturbed: each stays on the
version of the runbook that it began with.

  npm run deploy -- --file intermission.yml [--diff] [--profile NAME] [-- OPTIONS OF CDK]

  --file FILE     the configuration (intermission.yml)
  --diff          shows what would change, and changes nothing
  --profile NAME  of your AWS configuration
  --help, -h      this

What comes after another \`--\` is given to \`cdk deploy\` (or, with --diff, to \`cdk diff\`) as it is: -- --require-approval never
The account must have been prepared once: npx cdk bootstrap aws://ACCOUNT/REGION`;

export type DeployCommand = { kind: "deploy"; file: string; diff: boolean; profile?: string; passedOn: string[] };

/** Everything that is wrong with the command is said at once. */
export function readDeployCommand(args: string[]): Asked<DeployCommand> {
  const { values, passedOn, problems } = readOptions(args, {
    options: {
      file: { type: "string", default: "intermission.yml", what: "a file" },
      diff: { type: "boolean" },
      profile: { type: "string", what: "a profile" },
    },
    passesOnTo: "the CDK",
  });
  if (values.help) return { kind: "help" };
  if (problems.length > 0) return { kind: "wrong", problems };
  const { file, diff, profile } = values;
  return { kind: "deploy", file, diff, ...(profile !== undefined && { profile }), passedOn };
}
