import { type AwsError, wireError } from "../../wire/service.ts";

export const validationError = (message: string): AwsError => wireError("ValidationError", 400, message);

/** The value breaks a constraint of the API model; `constraint` goes on after "Member must". */
export const constraintError = (value: string | number, path: string, constraint: string): AwsError =>
  validationError(
    `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must ${constraint}`,
  );

/** A part of the API that the sandbox has not got: said aloud, because ignoring it would route differently than AWS. */
export const notSimulated = (what: string): AwsError =>
  wireError("NotImplemented", 501, `The sandbox does not simulate ${what}`);
