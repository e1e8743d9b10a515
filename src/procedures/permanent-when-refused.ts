import { isRefusal } from "../aws/errors.ts";
import { OperationError } from "../operations/operation-error.ts";

/** AWS refusing a request will refuse it again: that ends the step at once instead of after its retries. */
export async function permanentWhenRefused<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { name, message } = error as Error;
    throw new OperationError(`AWS refused: ${name}: ${message}`, {
      code: "aws-refused",
      ...(name.startsWith("AccessDenied") && { hint: LACKING }),
      details: { awsError: name },
      cause: error,
    });
  }
}

const LACKING =
  "The deployment's permissions lack it: run `npm run init -- --refresh`, look at what it changed, then `npm run deploy`. Where they have it, a permissions boundary, a service control policy or the resource's own policy denies it (docs/permissions.md)";
