import fc from "fast-check";

/** Some whole seconds, in milliseconds; short ones more often than evenly drawn. */
export const seconds = ({ min, max }: { min: number; max: number }): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min, max: Math.min(max, min + 30) }), fc.integer({ min, max })).map((each) => each * 1_000);
