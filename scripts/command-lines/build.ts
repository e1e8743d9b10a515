import { oneOf } from "../../src/command-line/meanings.ts";
import { readOptions } from "../../src/command-line/read-options.ts";
import type { Asked } from "../../src/command-line/run-command.ts";

const PARTS = ["action", "client", "lambda"] as const;
export type Part = (typeof PARTS)[number];

export const HELP = `Builds what is committed or deployed: the action (dist/), the client (client/) and the functions (build/lambda).

  npm run build -- [--only action|client|lambda] [--strict] [--check]

  --only NAME  this part alone: ${PARTS.join(", ")}
  --strict     ends with 1 where a function has no source yet
  --check      builds elsewhere, and ends with 1 where dist/ or client/ is not what its sources give
  --help, -h   this`;

type BuildCommand = { kind: "check" } | { kind: "build"; only?: Part; strict: boolean };

/** Everything that is wrong with the command is said at once. */
export function readBuildCommand(args: string[]): Asked<BuildCommand> {
  const { values, given, problems } = readOptions(args, {
    options: {
      only: { type: "string", as: oneOf(PARTS), what: `one of ${PARTS.join(", ")}` },
      strict: { type: "boolean" },
      check: { type: "boolean" },
    },
  });
  if (values.help) return { kind: "help" };
  const { only, strict, check: checks } = values;
  if (checks)
    for (const name of ["only", "strict"])
      if (given.has(name))
        problems.push(`--${name}: expected nothing of the kind with --check, which looks at dist/ and client/`);
  if (strict && (only === "action" || only === "client"))
    problems.push(`--strict: expected the functions to be built, found --only ${only}`);
  if (problems.length > 0) return { kind: "wrong", problems };
  return checks ? { kind: "check" } : { kind: "build", ...(only !== undefined && { only }), strict };
}
