import { z } from "zod";

/** What visitors read in the window. Whether it fits into a rule is known once it is rendered. */
export const pageSchema = z
  .strictObject({
    title: z
      .string()
      .min(1)
      .max(80)
      .refine(
        (title) => !title.includes("{{"),
        "expected no placeholder in the title; {{eta}} belongs into the message",
      )
      .default("Maintenance")
      .describe("The heading, and the title of the browser's tab"),
    message: z
      .string()
      .min(1)
      .default(
        "We are doing maintenance. We expect to be back at about {{eta}}. This page reloads by itself once the site is back.",
      )
      .describe(
        "What visitors read; `{{eta}}` becomes the time by which the site is expected back, such as `02:35 UTC`. Its sentence is left out when nobody knows that time",
      ),
    language: z
      .string()
      .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, "expected a language as in HTML, such as de or pt-BR")
      .default("en")
      .describe("The language of title and message, for screen readers, hyphenation and translation"),
    contentType: z
      .enum(["text/html", "text/plain", "application/json"])
      .default("text/html")
      .describe("As what the page is sent, to everybody; programs may prefer JSON"),
    body: z
      .string()
      .min(1)
      .optional()
      .describe(
        "The whole page, in the place of ours. `{{operation}}` must be in it, if only in a comment: by that a probe knows it from any other 503. `{{title}}`, `{{message}}` and `{{language}}` become what is said above, escaped for the content type",
      ),
    file: z
      .string()
      .min(1)
      .optional()
      .describe("Where that page stands, in the place of `body`: a path, from the folder of this file"),
  })
  .prefault({})
  .describe(
    "The 503 page of the window: at most 1,024 characters once it is rendered, which is the load balancer's limit",
  );
export type Page = z.output<typeof pageSchema>;
