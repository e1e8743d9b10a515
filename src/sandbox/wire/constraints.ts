import { type AwsError, wireError } from "./errors.ts";

/**
 * What a member may hold. The SDK's schemas have none of this, so each handler states it. `minLength` and `maxLength` count a string's
 * characters, or a list's items.
 */
export type Rule = {
  required?: boolean;
  oneOf?: readonly string[] | Record<string, string>;
  min?: number;
  max?: number;
  integer?: boolean;
  minLength?: number;
  maxLength?: number;
  pattern?: RegExp;
};

export type ConstraintStyle = keyof typeof STYLES;

export type Constraints = {
  /**
   * Throws the service's error with every violation. Rules are by path: `deploymentConfiguration.minimumHealthyPercent`, and
   * `tags[].key` for every item of a list. An absent member breaks no rule but `required`.
   */
  check(input: object, rules: Record<string, Rule>): void;
  /** One violation that no rule can say, in the service's words. */
  violation(path: string, value: unknown, constraint: string): AwsError;
  /** For a mount: how absent required members are worded. */
  missing: (paths: string[]) => AwsError;
};

type Violation = { path: string; value: unknown; constraint: string };
type Style = {
  code: string;
  word: (violations: Violation[]) => string;
  missing?: { code: string; word: (paths: string[]) => string };
};

/** The words of the services' common front: what most of them answer before their own code sees the request. */
const validationErrors = (violations: Violation[]) =>
  `${violations.length} validation error${violations.length > 1 ? "s" : ""} detected: ${violations
    .map(
      ({ path, value, constraint }) => `Value ${quote(value)} at '${path}' failed to satisfy constraint: ${constraint}`,
    )
    .join("; ")}`;

const quote = (value: unknown) => (value === undefined || value === null ? "null" : `'${show(value)}'`);
const show = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

const notNull = (paths: string[]) =>
  paths.map((path) => ({ path, value: null, constraint: "Member must not be null" }));
const common = (code: string): Style => ({ code, word: validationErrors });

const STYLES = {
  ecs: {
    code: "InvalidParameterException",
    word: (violations) => violations.map(({ path, constraint }) => `${path}: ${constraint}`).join("; "),
    missing: {
      code: "InvalidParameterException",
      word: (paths) => paths.map((path) => `${path} must not be null`).join("; "),
    },
  },
  ecr: {
    code: "InvalidParameterException",
    word: (violations) =>
      violations
        .map(({ path, constraint }) => `Invalid parameter at '${path}' failed to satisfy constraint: '${constraint}'`)
        .join("; "),
  },
  rds: {
    code: "InvalidParameterValue",
    word: (violations) =>
      violations
        .map(({ path, value, constraint }) => `Invalid value ${quote(value)} for ${path}: ${constraint}`)
        .join("; "),
    missing: {
      code: "MissingParameter",
      word: ([first]) => `The request must contain the parameter ${first}`,
    },
  },
  elbv2: common("ValidationError"),
  sts: common("ValidationError"),
  "application-autoscaling": common("ValidationException"),
  lambda: common("ValidationException"),
  eventbridge: common("ValidationException"),
  scheduler: common("ValidationException"),
  logs: common("InvalidParameterException"),
  cloudwatch: {
    ...common("ValidationError"),
    missing: { code: "MissingParameter", word: ([first]) => `The parameter ${first} is required.` },
  },
} satisfies Record<string, Style>;

/** The checks that a service's model has and its SDK schemas lack, in that service's code and words. */
export function createConstraints(style: ConstraintStyle): Constraints {
  const { code, word, missing }: Style = STYLES[style];
  return {
    check(input, rules) {
      const violations = Object.entries(rules).flatMap(([path, rule]) =>
        select(input, path).flatMap(({ path: at, value }) =>
          broken(rule, value).map((constraint) => ({ path: at, value, constraint })),
        ),
      );
      if (violations.length > 0) throw wireError(code, 400, word(violations));
    },
    violation: (path, value, constraint) => wireError(code, 400, word([{ path, value, constraint }])),
    missing: (paths) => wireError(missing?.code ?? code, 400, missing ? missing.word(paths) : word(notNull(paths))),
  };
}

/** Every value under a path, with list items counted from 1 as AWS does. */
function select(input: unknown, path: string): { path: string; value: unknown }[] {
  let found = [{ path: "", value: input }];
  for (const segment of path.split(".")) {
    const name = segment.replace("[]", "");
    found = found
      .filter(({ value }) => typeof value === "object" && value !== null)
      .map(({ path: at, value }) => ({
        path: at ? `${at}.${name}` : name,
        value: (value as Record<string, unknown>)[name],
      }));
    if (segment.endsWith("[]"))
      found = found.flatMap(({ path: at, value }) =>
        Array.isArray(value) ? value.map((item: unknown, i) => ({ path: `${at}.${i + 1}.member`, value: item })) : [],
      );
  }
  return found;
}

function broken(rule: Rule, value: unknown): string[] {
  if (value === undefined || value === null) return rule.required ? ["Member must not be null"] : [];
  const { oneOf, min, max, integer, minLength, maxLength, pattern } = rule;
  const found: string[] = [];
  const options = oneOf && (Array.isArray(oneOf) ? oneOf : Object.values(oneOf));
  if (options && !options.includes(value)) found.push(`Member must satisfy enum value set: [${options.join(", ")}]`);
  if (integer && !Number.isInteger(value)) found.push("Member must be an integer");
  if (min !== undefined && Number(value) < min) found.push(`Member must have value greater than or equal to ${min}`);
  if (max !== undefined && Number(value) > max) found.push(`Member must have value less than or equal to ${max}`);
  const { length } = value as { length: number };
  if (minLength !== undefined && length < minLength)
    found.push(`Member must have length greater than or equal to ${minLength}`);
  if (maxLength !== undefined && length > maxLength)
    found.push(`Member must have length less than or equal to ${maxLength}`);
  if (pattern && !wholly(pattern).test(show(value)))
    found.push(`Member must satisfy regular expression pattern: ${pattern.source}`);
  return found;
}

/** A model's pattern means the whole value. */
const wholly = ({ source, flags }: RegExp) => new RegExp(`^(?:${source})$`, flags.replace(/[gy]/g, ""));
