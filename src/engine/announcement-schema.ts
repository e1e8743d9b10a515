import { z } from "zod";
import { questionSchema } from "../operations/event.ts";
import { dataSchema, decisionSchema, identitySchema, phaseSchema, procedureSchema } from "../operations/operation.ts";

/** How much of a text goes on the bus, in characters. All of an event's texts at their limits stay far below the bus's 256 KB. */
export const LONGEST_TEXT = 2_000;
export const LONGEST_NAME = 256;
/** How much of a list goes there. */
export const LONGEST_LIST = 20;

const text = z.string().max(LONGEST_TEXT);
const name = z.string().max(LONGEST_NAME);
const time = z.iso.datetime();

const base = {
  version: z
    .literal(1)
    .describe("Of this contract. Within a version types and members are added, and none changes or goes"),
  operation: name.describe("The operation's id"),
  target: name,
  procedure: procedureSchema,
  seq: z
    .number()
    .int()
    .positive()
    .describe("The event's number in its operation, from 1 and without gaps: what comes twice has the same one"),
  at: time.describe("When it happened"),
  summary: text.describe("The event in one line, for people"),
};
const announced = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ ...base, type: z.literal(type), ...shape });

const who = z.object({ kind: identitySchema.shape.kind, id: name, name });
const problem = z.object({
  code: name.describe("Stable, kebab-case"),
  message: text.describe("What was expected, what was found"),
  hint: text.optional().describe("What to do next"),
});
const node = z.object({ service: name, image: name, version: name.optional(), count: z.number().int().positive() });

/**
 * What subscribers get as the `detail` of an event on the bus: a narrow view of what the operation's log holds. It has no parameters of API
 * calls, no claims of tokens and no details of failures; who may see these asks the API.
 */
export const announcementSchema = z
  .discriminatedUnion("type", [
    announced("requested", {
      by: who,
      request: z.object({
        image: name.optional(),
        of: name.optional().describe("The operation that is taken back"),
        traffic: z.enum(["closed", "open"]).optional(),
        notBefore: name.optional(),
        mustOpenBy: name.optional(),
        comment: text.optional(),
      }),
    }).describe("Somebody asked for it, and it holds the target from now on"),
    announced("started", {}).describe("The runbook has begun"),
    announced("phase-started", { phase: phaseSchema }).describe("A phase begins"),
    announced("phase-finished", { phase: phaseSchema, outcome: z.enum(["done", "failed"]) }).describe(
      "A phase has ended",
    ),
    announced("check", {
      check: z.object({
        name,
        outcome: z.enum(["passed", "warned", "failed"]),
        expected: text,
        found: text,
        fix: text.optional().describe("What to do about it"),
      }),
    }).describe("A check of preflight; one that failed refuses the operation"),
    announced("forecast", {
      forecast: z.object({
        window: z.object({ expectedSeconds: z.number().int().min(0), worstSeconds: z.number().int().min(0) }),
        closesAt: time,
        opensAt: time.describe("By what is expected"),
        opensAtWorst: time.describe("If every wait takes as long as it may"),
      }),
    }).describe("How long it will take, by what preflight saw"),
    announced("mutation", {
      mutation: z.object({ phase: phaseSchema, service: name, operation: name, resource: text }),
    }).describe("A change to the cloud, just before it is made"),
    announced("progress", { phase: phaseSchema, message: text }).describe(
      "Something worth a line; it may quote what the application wrote to its log",
    ),
    announced("closing-started", {}).describe("The window begins"),
    announced("closed", {}).describe("Every address of the load balancer answers with the page"),
    announced("page-was-gone", {}).describe("Somebody may have come past the page: the operation is held or goes back"),
    announced("quiet", { stoppedAt: time }).describe("The last container has stopped"),
    announced("snapshot-available", { snapshot: name, createdAt: time }).describe("The data as it was can be restored"),
    announced("point-of-no-return-passed", { snapshot: name.optional() }).describe(
      "From here on the data may be changed",
    ),
    announced("leader-started", { taskArn: name }).describe("The one node that migrates the data has started"),
    announced("verified", { taskArn: name, applicationVersion: name.optional() }).describe(
      "The leader serves what is expected of it",
    ),
    announced("opening-started", {}).describe("The page is taken down: from now on visitors may write"),
    announced("opened", {}).describe("The application answers the public: the window is over"),
    announced("nodes", {
      when: z.enum(["before", "after"]),
      nodes: z.array(node).max(LONGEST_LIST).describe("By service, image and version"),
    }).describe("What runs, before and after"),
    announced("waiting", {
      question: questionSchema.describe("What is waited for; `start` is a time that must come, and asks nobody"),
      until: time.optional().describe("When the time to decide is up"),
      otherwise: text.optional().describe("What happens then"),
    }).describe("It waits, for people unless the question is `start`"),
    announced("waited", {}).describe("The time has come, or the time to decide is up"),
    announced("taken-over", { epoch: z.number().int().positive(), why: text }).describe(
      "Another run goes on with it: after it was held, or because the one before may have ended without a word",
    ),
    announced("going-back", {
      why: text,
      snapshot: name.optional().describe("What the data goes back to; absent where it was not touched"),
    }).describe("From here on it only goes back"),
    announced("database-restored", {
      snapshot: name,
      database: name.describe("The identifier of the restored instance or cluster"),
      address: name.describe("The host name that leads to it"),
      aside: name.optional().describe("The identifier under which the data as it was before is kept"),
    }).describe("The snapshot is in the place of the data"),
    announced("discarded", { from: time, to: time }).describe("Writes that a decision throws away"),
    announced("decided", {
      decision: decisionSchema,
      by: who,
      comment: text.optional(),
      discardsFrom: name.optional().describe("Which writes it knows to be thrown away, by when they begin"),
      data: dataSchema.optional(),
    }).describe("Somebody decided"),
    announced("missed", {
      what: text,
      due: z.array(time).max(LONGEST_LIST).describe("When it would have been; empty where nobody can say"),
      byHand: text.describe("How to do it by hand"),
    }).describe("What AWS would have done while the operation held it back, and never makes up for"),
    announced("leftover", { what: text, fix: text }).describe(
      "Something is not as it was, and stays so until somebody mends it",
    ),
    announced("held", { problem }).describe("It stopped on purpose, and needs a person"),
    announced("finished", {
      status: z
        .enum(["succeeded", "rolled-back", "refused"])
        .describe("`rolled-back`: everything is as it was, the data too; `refused`: nothing was touched"),
      problem: problem.optional(),
    }).describe("It is over, and the target is free"),
  ])
  .meta({ id: "Announcement" });
export type Announcement = z.infer<typeof announcementSchema>;
