import type { Finding } from "../../targets/findings.ts";

/** RFC 9457 problem details. */
export const problem = (
  status: number,
  { title, detail, errors }: { title: string; detail: string; errors?: unknown[] },
): Response =>
  Response.json(
    { type: "about:blank", title, status, detail, ...(errors && { errors }) },
    { status, headers: { "content-type": "application/problem+json" } },
  );

/** A 400 that names everything that is wrong. */
export const problemOf = (wrong: Finding[]): Response =>
  problem(400, {
    title: "This request makes no sense",
    detail: wrong
      .map(({ path, expected, found }) => `${path.join(".") || "the body"}: expected ${expected}, found ${found}`)
      .join("; "),
    errors: wrong.map(({ path, ...rest }) => ({ path: path.join("."), ...rest })),
  });
