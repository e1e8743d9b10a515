import { parseArgs } from "node:util";
import { didYouMean } from "../targets/did-you-mean.ts";
import { measurements } from "./measurements.ts";

export const CONFIRM_HELP = `Measures in a real account what only that can tell, on a target that may be disturbed: never on one that people need.

  npm run confirm -- --list
  npm run confirm -- --target staging --dry-run
  npm run confirm -- --target staging --yes-disturb staging

  --file FILE         the configuration (intermission.yml)
  --target NAME       the target to measure on
  --yes-disturb NAME  the same name again: nothing is changed without it
  --only NAME         this measurement; again for several. Some are only done when named
  --rounds N          how often what disturbs nobody is repeated (5)
  --table NAME        the operations table, whose lock is held meanwhile; unless given, INTERMISSION_TABLE
  --list              what there is to measure, what each disturbs and what it assumes
  --dry-run           looks, and says what it would do
  --json FILE         writes what was measured
  --journal FILE      where each change is written down before it is made (confirm-RUN.jsonl); removed when all is as before
  --put-back FILE     takes back what such a file still holds, of a run that was killed
  --region, --profile of your AWS configuration
  --help              this

Ctrl-C puts everything back and ends. It ends with 0 where all is as the design assumes, 1 where something differs or could not be measured,
2 where it refused, 3 where something could not be put back. docs/confirm.md says what each result means.`;

type Aws = { region?: string; profile?: string };
export type ConfirmCommand =
  | { kind: "help" }
  | { kind: "list" }
  | { kind: "wrong"; problems: string[] }
  | (Aws & { kind: "put-back"; journal: string })
  | (Aws & {
      kind: "measure";
      file: string;
      target: string;
      only: string[];
      rounds: number;
      dryRun: boolean;
      table?: string;
      json?: string;
      journal?: string;
    });

const OPTIONS = {
  file: { type: "string", default: "intermission.yml" },
  target: { type: "string" },
  "yes-disturb": { type: "string" },
  only: { type: "string", multiple: true, default: [] as string[] },
  rounds: { type: "string", default: "5" },
  table: { type: "string" },
  list: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  json: { type: "string" },
  journal: { type: "string" },
  "put-back": { type: "string" },
  region: { type: "string" },
  profile: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

/** Everything that is wrong with the command is said at once. */
export function readConfirmCommand(args: string[], env: { INTERMISSION_TABLE?: string } = {}): ConfirmCommand {
  const read = readValues(args);
  if ("wrong" in read) return { kind: "wrong", problems: [read.wrong] };
  const { values } = read;
  if (values.help) return { kind: "help" };
  if (values.list) return { kind: "list" };
  const { region, profile, target, file, only, json, journal } = values;
  const aws = { ...(region && { region }), ...(profile && { profile }) };
  if (values["put-back"]) return { kind: "put-back", ...aws, journal: values["put-back"] };

  const problems = wrongWith(values);
  if (problems.length || !target) return { kind: "wrong", problems };
  const table = values.table ?? env.INTERMISSION_TABLE;
  return {
    kind: "measure",
    ...aws,
    file,
    target,
    only,
    rounds: Number(values.rounds),
    dryRun: values["dry-run"],
    ...(table && { table }),
    ...(json && { json }),
    ...(journal && { journal }),
  };
}

type Values = Extract<ReturnType<typeof readValues>, { values: unknown }>["values"];

function readValues(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS });
  } catch (error) {
    return { wrong: (error as Error).message };
  }
}

function wrongWith({ target, only, rounds, "yes-disturb": yes, "dry-run": dryRun }: Values): string[] {
  const names = measurements.map(({ name }) => name);
  return [
    ...(target ? [] : ["--target: expected the target to measure on, found nothing"]),
    ...(target && !dryRun && yes !== target
      ? [
          `--yes-disturb: expected ${target}, the target that may be disturbed, found ${yes ?? "nothing"}. --dry-run says what would be done`,
        ]
      : []),
    ...only
      .filter((name) => !names.includes(name))
      .map((name) => {
        const meant = didYouMean(name, names);
        return `--only: expected one of ${names.join(", ")}, found ${name}${meant ? `. Did you mean ${meant}?` : ""}`;
      }),
    ...(/^[1-9]\d?$/.test(rounds) ? [] : [`--rounds: expected a number from 1 to 99, found ${rounds}`]),
  ];
}
