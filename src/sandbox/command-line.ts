import { readOptions } from "../command-line/read-options.ts";
import type { Asked } from "../command-line/run-command.ts";

export type Command = { kind: "sandbox"; file?: string; json: boolean; fromTemplate: boolean };

export const HELP = `npm run sandbox -- [--file sandbox.yml] [--from-template] [--json]

Runs a local AWS on loopback with real processes as ECS tasks, a real PostgreSQL as RDS and a real
proxy as the load balancer, and Intermission's API and runbook on it. It stays until Ctrl-C and leaves
nothing behind.

  --file FILE  what AWS holds when it is ready; examples/sandbox.yml explains itself.
               Without it there is nothing yet.
  --from-template
               synthesises the stack for what the file holds and hosts that: the functions, variables,
               routes and rules that would be deployed, every call of theirs judged by its policies
  --json       one line of JSON on stdout when it is ready, everything else on stderr
  --help, -h   this text

What --json prints:
  aws                             AWS_ENDPOINT_URL, one endpoint for every service
  region, accessKeyId, secretAccessKey
  api.github, api.operator        Intermission's API: for GitHub's tokens, and for SigV4 (execute-api)
  oidc.issuer                     an issuer of GitHub-like tokens
  oidc.token                      answers {"value": TOKEN} with the claims given as query parameters
  targets.NAME.url                where the target answers on this machine
  control                         the sandbox's own hand: events, state, faults, kill
`;

/** Everything that is wrong with the command is said at once. */
export function readCommand(args: string[]): Asked<Command> {
  const { values, problems } = readOptions(args, {
    options: {
      file: { type: "string", what: "a file" },
      json: { type: "boolean" },
      "from-template": { type: "boolean" },
    },
  });
  if (values.help) return { kind: "help" };
  if (problems.length > 0) return { kind: "wrong", problems };
  const { file, json, "from-template": fromTemplate } = values;
  return { kind: "sandbox", ...(file !== undefined && { file }), json, fromTemplate };
}
