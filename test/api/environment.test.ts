import { expect, it } from "vitest";
import { readEnvironment } from "../../src/api/environment.ts";

const complete = {
  INTERMISSION_TABLE: "operations",
  INTERMISSION_TARGETS: "intermission.yml",
  INTERMISSION_RUNBOOK_FUNCTION: "runbook:live",
};

it("expects GitHub's tokens, for us, unless it is told otherwise", () => {
  expect(readEnvironment({ ...complete, PATH: "/bin" })).toEqual({
    table: "operations",
    targetsFile: "intermission.yml",
    runbookFunction: "runbook:live",
    oidcIssuer: "https://token.actions.githubusercontent.com",
    oidcAudience: "intermission",
  });
});

it.each([
  "http://github.acme.example/_services/token",
  "http://127.0.0.1.evil.example",
  "http://localhost@evil.example",
])("asks no issuer for its keys in plain text: %s", (issuer) => {
  expect(() => readEnvironment({ ...complete, INTERMISSION_OIDC_ISSUER: issuer })).toThrow("expected https");
});

it("asks an issuer on this very machine as it likes", () => {
  const issuer = "http://127.0.0.1:4567";
  expect(readEnvironment({ ...complete, INTERMISSION_OIDC_ISSUER: issuer }).oidcIssuer).toBe(issuer);
});

it("names everything that is missing or wrong at once", () => {
  expect(() => readEnvironment({ INTERMISSION_TABLE: "x", INTERMISSION_OIDC_ISSUER: "github.com" })).toThrow(
    `The environment is not complete:
  INTERMISSION_TABLE: expected at least 3 characters, found "x"
  INTERMISSION_TARGETS: expected a text, found nothing
  INTERMISSION_RUNBOOK_FUNCTION: expected a text, found nothing
  INTERMISSION_OIDC_ISSUER: expected an http or https URL, found "github.com"`,
  );
});
