/** What a command line asks for: a command, the help, or nothing that makes sense. */
export type Asked<Command> = Command | { kind: "help" } | Wrong;
/** Everything that is wrong at once, in sentences. `json` where whoever asked reads JSON. */
export type Wrong = { kind: "wrong"; problems: string[]; json?: boolean };

/** What was asked for makes no sense, as only shows when it is done: the file that it names is another one. Carries it in sentences. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

export type Streams = {
  /** For what was asked for. */
  print: (line: string) => void;
  /** For what is wrong. */
  complain: (line: string) => void;
};
export const terminal: Streams = { print: console.log, complain: console.error };

/**
 * What every command does first. Answers the exit code: 2, with the problems and the help on stderr, when it was asked for something that makes no
 * sense; 0 for the help alone. The command may refuse what it is asked for itself, by a Refusal.
 */
export async function runCommand<Command extends { kind: string }>({
  args = process.argv.slice(2),
  help,
  read,
  run,
  streams: { print, complain } = terminal,
}: {
  args?: string[];
  help: string;
  read: (args: string[]) => Asked<Command>;
  run: (command: Command) => number | Promise<number>;
  streams?: Streams;
}): Promise<number> {
  const asked = read(args);
  if (isHelp(asked)) {
    print(help.trimEnd());
    return 0;
  }
  if (!isWrong(asked))
    try {
      return await run(asked);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      complain(error.message);
      return 2;
    }
  const { problems, json = false } = asked;
  if (json) print(JSON.stringify({ problems }, null, 2));
  else complain(`${problems.join("\n")}\n\n${help.trimEnd()}`);
  return 2;
}

const isHelp = (asked: { kind: string }): asked is { kind: "help" } => asked.kind === "help";
const isWrong = (asked: { kind: string }): asked is Wrong => asked.kind === "wrong";
