import type { Action, JwtValidationActionAdditionalClaim } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { RequestHead } from "../../substrate/network.ts";
import { assertLength, assertOneOf, assertPattern } from "./constraints.ts";
import { validationError } from "./errors.ts";
import type { Elb, Guard } from "./model.ts";

const HTTPS_URL = /^https:\/\/[^/\s]+(\/\S*)?$/;
const LENGTH = { minimum: 1, maximum: 256 };
const MAXIMUM_CLAIMS = 10;
const VALIDATED_ALWAYS = ["exp", "iss", "nbf", "iat"];
const FORMATS = ["single-string", "space-separated-values", "string-array"] as const;

/**
 * Lets only requests with a fitting bearer token through. The sandbox has no keys of the issuer: it judges the token's claims and not its
 * signature.
 */
export function readJwtValidation(
  { world }: Pick<Elb, "world">,
  { Type, JwtValidationConfig: config }: Action,
): { action: Action; guard: Guard } {
  if (!config) throw validationError("A jwt-validation action needs a JwtValidationConfig");
  const { JwksEndpoint = "", Issuer = "", AdditionalClaims = [] } = config;
  assertLength(JwksEndpoint, "jwtValidationConfig.jwksEndpoint", LENGTH);
  assertPattern(JwksEndpoint, "jwtValidationConfig.jwksEndpoint", HTTPS_URL);
  assertLength(Issuer, "jwtValidationConfig.issuer", LENGTH);
  if (AdditionalClaims.length > MAXIMUM_CLAIMS) {
    throw validationError(`At most ${MAXIMUM_CLAIMS} additional claims can be specified`);
  }
  for (const claim of AdditionalClaims) assertClaim(claim);
  return {
    action: { Type, JwtValidationConfig: config },
    guard: {
      type: "jwt-validation",
      refuse(request) {
        const claims = readClaims(request);
        const now = world.clock.now() / 1000;
        const valid =
          claims?.iss === Issuer &&
          Number(claims.exp) > now &&
          Number(claims.nbf ?? 0) <= now &&
          Number(claims.iat ?? 0) <= now &&
          AdditionalClaims.every((claim) => satisfies(claims, claim));
        return valid ? undefined : { status: 401 };
      },
    },
  };
}

function assertClaim({ Name = "", Format, Values = [] }: JwtValidationActionAdditionalClaim): void {
  assertOneOf(Format ?? "", "jwtValidationConfig.additionalClaims.format", FORMATS);
  if (!Name || VALIDATED_ALWAYS.includes(Name)) {
    throw validationError(`The additional claim '${Name}' must be none of [${VALIDATED_ALWAYS.join(", ")}]`);
  }
  if (Values.length === 0 || Values.length > MAXIMUM_CLAIMS) {
    throw validationError(`The additional claim '${Name}' must have 1 to ${MAXIMUM_CLAIMS} values`);
  }
  for (const value of Values) {
    assertLength(value, "jwtValidationConfig.additionalClaims.values", LENGTH);
    if (Format === "space-separated-values" && value.includes(" ")) {
      throw validationError(`A space-separated value of the claim '${Name}' cannot include spaces`);
    }
  }
}

type Claims = Record<string, unknown>;

function readClaims({ headers }: RequestHead): Claims | undefined {
  const payload = /^Bearer [\w-]+\.([\w-]+)\.[\w-]+$/i.exec(headers.authorization?.[0] ?? "")?.[1];
  if (payload === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims;
  } catch {
    // What cannot be read is no token.
    return undefined;
  }
}

/** A claim of several values must hold every one that is asked for. */
function satisfies(claims: Claims, { Name, Format, Values = [] }: JwtValidationActionAdditionalClaim): boolean {
  const claim = claims[Name!];
  const asText = typeof claim === "string" ? claim : "";
  const held = Format === "string-array" ? claim : Format === "space-separated-values" ? asText.split(" ") : [asText];
  return Array.isArray(held) && Values.every((value) => held.includes(value));
}
