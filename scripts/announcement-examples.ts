import { ID, logs, TARGET, time } from "../src/api/examples/story.ts";
import { announcementOf } from "../src/engine/announcement.ts";
import { type Announcement, announcementSchema } from "../src/engine/announcement-schema.ts";
import type { OperationEvent, OperationFact } from "../src/operations/event.ts";

const SNAPSHOT = `intermission-${TARGET}-${ID}`;

/** What the story of the API's examples does not come to. */
const further: OperationFact[] = [
  { type: "waited", key: "" },
  { type: "taken-over", key: "", epoch: 2, why: "its durable execution was stopped" },
  {
    type: "going-back",
    key: "",
    why: "expected the application to become ready, found that it cannot start",
    snapshot: SNAPSHOT,
  },
  {
    type: "database-restored",
    key: "",
    snapshot: SNAPSHOT,
    database: "crm-db",
    address: "crm-db.c9akciq32.eu-central-1.rds.amazonaws.com",
    aside: `crm-db-before-${ID}`,
    different: [],
    tell: [],
  },
  { type: "page-was-gone", key: "" },
  { type: "discarded", key: "", from: time(571), to: time(900) },
  {
    type: "missed",
    key: "",
    what: "the rule crm-nightly, which runs a task",
    due: [time(60)],
    byHand: "Run its task once",
  },
  { type: "leftover", key: "", what: "the service crm-web is not steady yet", fix: "Look at its events in ECS" },
];

/** At least one event of every type, as logs hold it. */
export const exampleEvents: readonly OperationEvent[] = [
  ...logs.succeeded,
  ...logs.held,
  ...further.map((fact, index) => ({ ...fact, seq: 32 + index, at: time(600 + index) }) as OperationEvent),
];

/** An example of every type of event, in the order of the contract. Throws where there is none. */
export const announcementExamples = (): Announcement[] =>
  announcementSchema.options.map(({ shape: { type } }) => {
    const event = exampleEvents.find((each) => each.type === type.value);
    if (!event) throw new Error(`expected an example of ${type.value}, found none`);
    return announcementOf({ operation: ID, target: TARGET, procedure: "upgrade", event });
  });
