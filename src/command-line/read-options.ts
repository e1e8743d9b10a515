import { type Meaning, sentence } from "./meanings.ts";
import { lacksItsValue, tokensOf } from "./tokens.ts";
import { meant, quoted } from "./words.ts";

type Option =
  | { type: "boolean"; short?: string }
  | {
      type: "string";
      short?: string;
      /** It may be given several times, and each is kept. Any other option is given once. */
      multiple?: true;
      /** The value where it is not given. */
      default?: unknown;
      /** What the text must be, and means; any text that is not empty, unless given. */
      as?: Meaning<unknown>;
      /** What is expected behind it, where it lacks: `a value`, unless given. */
      what?: string;
    };
type Options = Record<string, Option>;

type ValueOf<Each> = Each extends { type: "boolean" }
  ? boolean
  : Each extends { as: Meaning<infer Value> }
    ? Given<Each, Value>
    : Given<Each, string>;
type Given<Each, Value> = Each extends { multiple: true }
  ? Value[]
  : Each extends { default: unknown }
    ? Value
    : Value | undefined;

export type OptionsRead<Table extends Options> = {
  /** By name, with the defaults of what was not given. What was given and is wrong is as if it were not given. */
  values: { [Name in keyof Table]: ValueOf<Table[Name]> } & { help: boolean };
  /** The options that stand there, whatever is behind them. */
  given: ReadonlySet<string>;
  positionals: string[];
  /** What stands behind `--`, as it is. */
  passedOn: string[];
  /** Everything that is wrong, each in one sentence of what was expected and what was found. */
  problems: string[];
};

type Shape<Table extends Options> = {
  /** Without `help`, which every command has. */
  options: Table;
  /** What words without an option are. Unless given, there must be none. */
  positionals?: string;
  /** Who gets what stands behind `--`. Unless given, that is read like what stands before it. */
  passesOnTo?: string;
};

const HELP = { type: "boolean", short: "h" } as const;

/** Reads the words of a command line. Unlike `parseArgs` it never throws, and says everything that is wrong at once. */
export function readOptions<const Table extends Options>(
  args: readonly string[],
  { options, ...words }: Shape<Table>,
): OptionsRead<Table> {
  const table: Options = { ...options, help: HELP };
  const { texts, problems, ...rest } = readWords(args, table, words);
  const values = Object.fromEntries(
    Object.entries(table).map(([name, option]) => {
      const found = texts.get(name);
      return [name, option.type === "boolean" ? found !== undefined : meaningOf(name, option, found, problems)];
    }),
  );
  return { ...rest, values: values as OptionsRead<Table>["values"], given: new Set(texts.keys()), problems };
}

function readWords(
  args: readonly string[],
  table: Options,
  { positionals: word, passesOnTo }: Omit<Shape<Options>, "options">,
) {
  const texts = new Map<string, string[]>();
  const positionals: string[] = [];
  const passedOn: string[] = [];
  const problems: string[] = [];
  const elsewhere = passesOnTo === undefined ? "" : `; what is meant for ${passesOnTo} comes behind another --`;
  let unknown: { at: number; mayTakeNext: boolean } | undefined;

  for (const token of tokensOf(args, table)) {
    if (token.kind === "option-terminator") {
      if (passesOnTo === undefined) continue;
      passedOn.push(...args.slice(token.index + 1));
      break;
    }
    if (token.kind === "positional") {
      // What stands behind an unknown option is most likely its value.
      if (unknown?.mayTakeNext && unknown.at === token.index - 1) continue;
      if (word !== undefined && token.value !== "") positionals.push(token.value);
      else problems.push(`expected ${word ?? "options alone"}, found ${quoted(token.value)}${elsewhere}`);
      continue;
    }
    const { name, index } = token;
    // `-file` is read as -f, -i, -l and -e, and was meant as one word.
    if (unknown?.at === index) continue;
    const option = Object.hasOwn(table, name) ? table[name] : undefined;
    if (!option) {
      unknown = { at: index, mayTakeNext: token.value === undefined };
      problems.push(unknownOption(token.rawName.startsWith("--") ? token.rawName : args[index]!, table));
      continue;
    }
    const found = texts.get(name) ?? [];
    texts.set(name, found);
    const { value } = token;
    if (option.type === "boolean") {
      if (value !== undefined) problems.push(`--${name}: expected nothing behind it, found ${quoted(value)}`);
    } else if (!value || lacksItsValue(token))
      problems.push(`--${name}: expected ${option.what ?? "a value"}, found ${quoted(value ?? "")}`);
    else found.push(value);
  }
  return { texts, positionals, passedOn, problems };
}

function unknownOption(written: string, table: Options): string {
  const likely = meant(written.replace(/^-+/, ""), Object.keys(table));
  const shown = /^--?[\w-]{1,40}$/.test(written) ? written : quoted(written);
  return `${shown}: no such option${likely ? `; did you mean --${likely}?` : ". --help lists them"}`;
}

type Valued = Extract<Option, { type: "string" }>;

function meaningOf(name: string, option: Valued, texts: string[] | undefined, problems: string[]): unknown {
  const { multiple, as = (text: string) => ({ value: text }) } = option;
  if (texts && texts.length > 1 && !multiple)
    problems.push(`--${name}: expected it once, found ${texts.map(quoted).join(" and ")}`);
  const values = (texts ?? []).flatMap((text) => {
    const read = as(text);
    if ("value" in read) return [read.value];
    problems.push(`--${name}: ${sentence(read, text)}`);
    return [];
  });
  if (multiple) return texts ? values : (option.default ?? []);
  return values[0] ?? option.default;
}
