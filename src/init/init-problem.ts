/** One thing that keeps the file from being written, or from being right. `next` is what a person does about it. */
export type InitProblem = { about: string; expected: string; found: string; next: string };

/** What was asked for cannot be discovered. Carries every problem at once. */
export class InitError extends Error {
  override readonly name = "InitError";
  readonly problems: InitProblem[];
  constructor(problems: InitProblem[]) {
    super(
      problems
        .map(({ about, expected, found, next }) => `${about}: expected ${expected}, found ${found}. ${next}`)
        .join("\n"),
    );
    this.problems = problems;
  }
}

const DENIED = /not authorized to perform:? ([a-z-]+:[A-Za-z0-9]+)/;
const NO_CREDENTIALS = /CredentialsProviderError|InvalidClientTokenId|UnrecognizedClient|ExpiredToken|security token/;

/** What an error of AWS, in the words of `read`, asks of whoever runs this. */
export function problemOfError(about: string, error: string): InitProblem {
  const [, action] = DENIED.exec(error) ?? [];
  if (action)
    return {
      about,
      expected: `to be allowed ${action}`,
      found: error,
      next: `Run it with an identity that may ${action}: docs/init.md has the whole policy, of reads alone`,
    };
  if (NO_CREDENTIALS.test(error))
    return {
      about,
      expected: "credentials of AWS that are good now",
      found: error,
      next: "Log in, and say --profile where it is not the default one",
    };
  if (/Region is missing/.test(error))
    return { about, expected: "an AWS region", found: "none", next: "Say --region, or set AWS_REGION" };
  return { about, expected: "an answer of AWS", found: error, next: "Run it again; if it stays, the message says why" };
}
