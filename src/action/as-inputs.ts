/** What the API would be asked with, and the input that asks so. */
const INPUTS: readonly [RegExp, string][] = [
  [/[Ss]end `data` as the problem has it/, 'give the input data: "as-it-is"'],
  [/ask with `discards: \{ from: "([^"`]+)" \}`/, 'give the input discards-from: "$1"'],
  [/ask with `evenIf: \[([a-z-]+)\]`/, "give the input even-if: $1"],
  [/ask with `database: empty`/, "give the input empty-database: true"],
];

/** What the API advises, in the words of action.yml. */
export const asInputs = (line: string): string =>
  INPUTS.reduce((text, [asked, input]) => text.replace(asked, input), line);
