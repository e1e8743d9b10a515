import { readOptions } from "../../command-line/read-options.ts";
import type { Asked } from "../../command-line/run-command.ts";
import { quoted } from "../../command-line/words.ts";

/** What somebody asks for who runs a workflow file here. */
export type WorkflowCommand = {
  kind: "workflow";
  file: string;
  ref: string;
  inputs: Record<string, string>;
  vars: Record<string, string>;
  /** By job. */
  outputs: Record<string, Record<string, string>>;
  files: Record<string, string>;
  keep: boolean;
};

export const HELP = `npm run workflow -- FILE [--input NAME=VALUE …] [--var NAME=VALUE …] [--ref REF] [--keep]

Runs a workflow file as GitHub would, on a local AWS with the noticeboard 1.4.2, before anything is committed: jobs and steps in order,
conditions and expressions, this action by its committed bundle, scripts by bash. What other actions do is left out, and a job that has no step
of this action is taken for done. Ends with 0 where every job succeeded.

  --input NAME=VALUE       what workflow_dispatch is given; by default its defaults
  --var NAME=VALUE         a variable of the repository, besides INTERMISSION_API_URL, INTERMISSION_TARGET, SITE_URL, ECR_REPOSITORY
                           and NEXT_VERSION, which lead to the sandbox
  --output JOB.NAME=VALUE  an output of a job that is taken for done; its digest is that of noticeboard:2.0.0 by default
  --file PATH=TEXT         a file of the repository, which is not checked out here
  --ref REF                what the workflow runs for; refs/heads/main by default
  --keep                   the sandbox stays up afterwards, to look around, until Ctrl-C
  --help, -h               this text

  npm run workflow -- examples/workflows/upgrade.yml --input version=2.0.0
`;

/** Everything that is wrong with the command is said at once. */
export function readCommand(args: string[]): Asked<WorkflowCommand> {
  const { values, positionals, problems } = readOptions(args, {
    options: {
      input: { type: "string", multiple: true, what: "NAME=VALUE" },
      var: { type: "string", multiple: true, what: "NAME=VALUE" },
      output: { type: "string", multiple: true, what: "JOB.NAME=VALUE" },
      file: { type: "string", multiple: true, what: "PATH=TEXT" },
      ref: { type: "string", default: "refs/heads/main" },
      keep: { type: "boolean" },
    },
    positionals: "a workflow file",
  });
  if (values.help) return { kind: "help" };
  const pairs = (option: "input" | "var" | "file" | "output", expected = "NAME=VALUE") =>
    values[option].flatMap((text): [string, string][] => {
      const at = text.indexOf("=");
      if (at > 0) return [[text.slice(0, at), text.slice(at + 1)]];
      problems.push(`--${option}: expected ${expected}, found ${quoted(text)}`);
      return [];
    });
  const outputs: Record<string, Record<string, string>> = {};
  for (const [name, value] of pairs("output", "JOB.NAME=VALUE")) {
    const [, job, output] = /^([^.]+)\.(.+)$/s.exec(name) ?? [];
    if (job && output) outputs[job] = { ...(Object.hasOwn(outputs, job) && outputs[job]), [output]: value };
    else problems.push(`--output: expected JOB.NAME=VALUE, found ${quoted(`${name}=${value}`)}`);
  }
  const command = { inputs: pairs("input"), vars: pairs("var"), files: pairs("file", "PATH=TEXT") };
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0)
    problems.unshift(
      `expected one workflow file, found ${file === undefined ? "none" : positionals.map(quoted).join(" and ")}`,
    );
  if (problems.length > 0) return { kind: "wrong", problems };
  return {
    kind: "workflow",
    file: file!,
    ref: values.ref,
    inputs: Object.fromEntries(command.inputs),
    vars: Object.fromEntries(command.vars),
    files: Object.fromEntries(command.files),
    outputs,
    keep: values.keep,
  };
}
