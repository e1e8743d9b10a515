import fc from "fast-check";

/**
 * How long these properties search. By default the same inputs each time, few enough for every run of the tests; a long search with other ones is
 * `BAD_INPUT_RUNS=50 BAD_INPUT_SEED=7 npx vitest run --project fast test/bad-input`, fifty times as many from another seed.
 */
const factor = wholeNumber("BAD_INPUT_RUNS", 1);
const seed = wholeNumber("BAD_INPUT_SEED", 20_260_115);

/** For a test around a property, which would else be ended after a few seconds of a long search. */
export const timeout = 5_000 + factor * 10_000;

/** The parameters of a property that tries so many inputs unless told to search longer. */
export const runs = <Input>(numRuns: number): fc.Parameters<Input> => ({
  numRuns: numRuns * factor,
  seed,
  // Without a limit the shrinking of a failure that takes seconds an input would outlive the test, which then says nothing of what it found.
  interruptAfterTimeLimit: timeout * 0.9,
  markInterruptAsFailure: false,
});

/** So many inputs of an arbitrary, for a check that wants them all at once. */
export const samples = <Input>(arbitrary: fc.Arbitrary<Input>, count: number): Input[] =>
  fc.sample(arbitrary, { numRuns: count * factor, seed });

function wholeNumber(name: string, otherwise: number): number {
  const value = process.env[name] ?? String(otherwise);
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new Error(`expected ${name} to be a whole number above 0, found ${JSON.stringify(value)}`);
}
