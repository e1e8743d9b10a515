import { parseImageReference } from "../aws/image-reference.ts";
import type { OperationRequest } from "../operations/operation.ts";
import type { Target } from "../targets/schema.ts";
import { ProblemError, problemDetail } from "./problem.ts";

/** What can be said of a request without asking AWS. A plan of a frozen target is welcome; starting something on it is not. */
export function preflightRequest(target: Target, request: OperationRequest, purpose: "plan" | "start"): void {
  const reference = parseImageReference(request.image);
  if (!reference || !/[:@]/.test(request.image.split("/").at(-1) ?? "")) {
    throw new ProblemError("invalid-request", "The body has 1 problem.", {
      extensions: {
        errors: [
          problemDetail(
            { pointer: "/image" },
            { expected: "an image reference with a tag or a digest", found: JSON.stringify(request.image) },
          ),
        ],
      },
    });
  }
  if (purpose === "start" && target.frozen !== undefined)
    throw new ProblemError("target-frozen", `${target.name} is frozen: ${target.frozen}`);
}
