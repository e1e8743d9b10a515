import { z } from "zod";
import { findings } from "../targets/findings.ts";

/** Whoever stands between can give the keys of an issuer that is asked in plain text. */
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\/|$)/;

const environmentSchema = z.object({
  INTERMISSION_TABLE: z.string().min(3).max(255).describe("The DynamoDB table of the operations"),
  INTERMISSION_TARGETS: z.string().min(1).describe("The path of intermission.yml"),
  INTERMISSION_RUNBOOK_FUNCTION: z
    .string()
    .min(1)
    .describe("The durable function that runs the procedures, with its alias or version"),
  INTERMISSION_OIDC_ISSUER: z
    .url({ protocol: /^https?$/ })
    .refine(
      (url) => !url.startsWith("http:") || LOOPBACK.test(url),
      "expected https, unless it is on this very machine",
    )
    .default("https://token.actions.githubusercontent.com")
    .describe("Whose tokens are accepted; another one only for GitHub Enterprise Server"),
  INTERMISSION_OIDC_AUDIENCE: z.string().min(1).default("intermission").describe("For whom the tokens must be"),
});

/** The function's environment, read once. */
export type Environment = {
  table: string;
  targetsFile: string;
  runbookFunction: string;
  oidcIssuer: string;
  oidcAudience: string;
};

/** Throws an Error that names every variable that is missing or wrong. */
export function readEnvironment(variables: Record<string, string | undefined>): Environment {
  const wrong = findings(environmentSchema, variables);
  if (wrong.length > 0) {
    const lines = wrong.map(({ path, expected, found }) => `  ${path.join(".")}: expected ${expected}, found ${found}`);
    throw new Error(["The environment is not complete:", ...lines].join("\n"));
  }
  const read = environmentSchema.parse(variables);
  return {
    table: read.INTERMISSION_TABLE,
    targetsFile: read.INTERMISSION_TARGETS,
    runbookFunction: read.INTERMISSION_RUNBOOK_FUNCTION,
    oidcIssuer: read.INTERMISSION_OIDC_ISSUER,
    oidcAudience: read.INTERMISSION_OIDC_AUDIENCE,
  };
}
