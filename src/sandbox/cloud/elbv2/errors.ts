import { createConstraints } from "../../wire/constraints.ts";
import { type AwsError, wireError } from "../../wire/service.ts";

export const validationError = (message: string): AwsError => wireError("ValidationError", 400, message);

const constraints = createConstraints("elbv2");

/** The value breaks a constraint of the API model; `constraint` goes on after "Member must". */
export const constraintError = (value: string | number, path: string, constraint: string): AwsError =>
  constraints.violation(path, value, `Member must ${constraint}`);

/** A part of the API that the sandbox has not got: said aloud, because ignoring it would route differently than AWS. */
export const notSimulated = (what: string): AwsError =>
  wireError("NotImplemented", 501, `The sandbox does not simulate ${what}`);
