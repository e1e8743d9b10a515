import { oneOf, wholeNumber } from "../command-line/meanings.ts";
import { type OptionsRead, readOptions } from "../command-line/read-options.ts";
import type { Asked } from "../command-line/run-command.ts";
import { quoted } from "../command-line/words.ts";
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
  --help, -h          this

Ctrl-C puts everything back and ends. It ends with 0 where all is as the design assumes, 1 where something differs or could not be measured,
2 where it refused, 3 where something could not be put back. docs/confirm.md says what each result means.`;

type Aws = { region?: string; profile?: string };
export type ConfirmCommand =
  | { kind: "list" }
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
  file: { type: "string", default: "intermission.yml", what: "a file" },
  target: { type: "string", what: "the target to measure on" },
  "yes-disturb": { type: "string", what: "the target that may be disturbed" },
  only: { type: "string", multiple: true, as: oneOf(measurements.map(({ name }) => name)), what: "a measurement" },
  rounds: { type: "string", default: 5, as: wholeNumber({ least: 1, most: 99 }) },
  table: { type: "string", what: "the operations table" },
  list: { type: "boolean" },
  "dry-run": { type: "boolean" },
  json: { type: "string", what: "a file" },
  journal: { type: "string", what: "a file" },
  "put-back": { type: "string", what: "the journal of a run" },
  region: { type: "string" },
  profile: { type: "string" },
} as const;

/** Everything that is wrong with the command is said at once. */
export function readConfirmCommand(args: string[], env: { INTERMISSION_TABLE?: string } = {}): Asked<ConfirmCommand> {
  const read = readOptions(args, { options: OPTIONS });
  const { values } = read;
  if (values.help) return { kind: "help" };
  const { region, profile, target, file, only, json, journal } = values;
  const problems = [...read.problems, ...wrongWith(read)];
  if (problems.length > 0) return { kind: "wrong", problems };
  if (values.list) return { kind: "list" };
  const aws = { ...(region && { region }), ...(profile && { profile }) };
  if (values["put-back"]) return { kind: "put-back", ...aws, journal: values["put-back"] };

  const table = values.table ?? env.INTERMISSION_TABLE;
  return {
    kind: "measure",
    ...aws,
    file,
    target: target!,
    only,
    rounds: values.rounds,
    dryRun: values["dry-run"],
    ...(table && { table }),
    ...(json && { json }),
    ...(journal && { journal }),
  };
}

const OF_AWS = ["region", "profile"];

function wrongWith({ given, values }: OptionsRead<typeof OPTIONS>): string[] {
  const { target, "yes-disturb": yes } = values;
  // What is alone in what it does would leave the rest unheeded.
  for (const [alone, heeded] of [["list", []] as const, ["put-back", OF_AWS] as const])
    if (given.has(alone))
      return [...given]
        .filter((name) => name !== alone && !heeded.some((each) => each === name))
        .map((name) => `--${name}: expected nothing of the kind with --${alone}`);
  if (!given.has("target")) return ["--target: expected the target to measure on, found nothing"];
  if (target === undefined || yes === target || (given.has("dry-run") && !given.has("yes-disturb"))) return [];
  return [
    `--yes-disturb: expected ${quoted(target)}, the target that may be disturbed, found ${quoted(yes ?? "")}. --dry-run says what would be done`,
  ];
}
