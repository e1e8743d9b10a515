/**
 * What every command does first. Answers the exit code: 2, with the problems and the help on stderr, when it was asked for something that makes no
 * sense; 0 for the help alone.
 */
export async function runCommand<Command extends { help?: boolean }>({
  args = process.argv.slice(2),
  help,
  read,
  run,
}: {
  args?: string[];
  help: string;
  /** Throws what is wrong with the arguments. */
  read: (args: string[]) => Command;
  run: (command: Command) => Promise<number>;
}): Promise<number> {
  let command: Command;
  try {
    command = read(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`);
    return 2;
  }
  if (!command.help) return run(command);
  process.stdout.write(help);
  return 0;
}
