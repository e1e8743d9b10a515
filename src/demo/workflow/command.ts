import { parseArgs } from "node:util";

/** What somebody asks for who runs a workflow file here. */
export type WorkflowCommand = {
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
  --help                   this text

  npm run workflow -- examples/workflows/upgrade.yml --input version=2.0.0
`;

/** What was asked for makes no sense. */
export class WrongCommand extends Error {
  override readonly name = "WrongCommand";
}

/** Throws a WrongCommand that names everything that makes no sense. Undefined where the help is asked for. */
export function readCommand(args: string[]): WorkflowCommand | undefined {
  const { values, positionals } = parseArgs({
    args,
    options: {
      input: { type: "string", multiple: true, default: [] },
      var: { type: "string", multiple: true, default: [] },
      output: { type: "string", multiple: true, default: [] },
      file: { type: "string", multiple: true, default: [] },
      ref: { type: "string", default: "refs/heads/main" },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
    allowPositionals: true,
  });
  if (values.help) return undefined;
  const problems: string[] = [];
  const pairs = (option: "input" | "var" | "file" | "output") =>
    values[option].flatMap((text): [string, string][] => {
      const at = text.indexOf("=");
      if (at > 0) return [[text.slice(0, at), text.slice(at + 1)]];
      problems.push(`--${option}: expected NAME=VALUE, found ${JSON.stringify(text)}`);
      return [];
    });
  const outputs: Record<string, Record<string, string>> = {};
  for (const [name, value] of pairs("output")) {
    const [job = "", output] = name.split(".");
    if (output) outputs[job] = { ...outputs[job], [output]: value };
    else problems.push(`--output: expected JOB.NAME=VALUE, found ${JSON.stringify(`${name}=${value}`)}`);
  }
  const command = { inputs: pairs("input"), vars: pairs("var"), files: pairs("file") };
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0)
    problems.unshift(`expected one workflow file, found ${file === undefined ? "none" : positionals.join(" ")}`);
  if (problems.length > 0) throw new WrongCommand(problems.join("\n"));
  return {
    file: file!,
    ref: values.ref,
    inputs: Object.fromEntries(command.inputs),
    vars: Object.fromEntries(command.vars),
    files: Object.fromEntries(command.files),
    outputs,
    keep: values.keep,
  };
}
