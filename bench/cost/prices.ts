/**
 * List prices in US dollars, us-east-1, as of January 2026, without any free tier. Each is per one of what its name says. Durable functions: as the
 * launch announcement had it; everything else: AWS's price pages. GitHub: a Linux runner of two cores of a private repository.
 */
export const PRICES = {
  asOf: "January 2026, us-east-1",
  lambdaRequest: 0.2 / 1e6,
  lambdaArmGigabyteSecond: 0.000_013_333_4,
  durableOperation: 8 / 1e6,
  durableGigabyteWritten: 0.25,
  dynamoReadUnit: 0.125 / 1e6,
  dynamoWriteUnit: 0.625 / 1e6,
  stepFunctionsTransition: 0.025 / 1_000,
  githubRunnerMinute: 0.006,
} as const;
