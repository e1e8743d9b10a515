import { z } from "zod";
import { type Announcement, announcementSchema } from "../src/engine/announcement-schema.ts";
import { announcementExamples } from "./announcement-examples.ts";

/** docs/events.schema.json: what the `detail` of an event on the bus may be. Members that a later Intermission adds pass. */
export const announcementJsonSchema = (): object => ({
  title: "The detail of an intermission.operation.* event",
  ...z.toJSONSchema(announcementSchema, {
    io: "input",
    override({ jsonSchema }) {
      // The format says the same, and can be read.
      if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
    },
  }),
});

/** Every type of event with an example, for docs/events.md. */
export function announcementsAsMarkdown(): string {
  const examples = announcementExamples();
  return announcementSchema.options
    .map((option) => {
      const type = option.shape.type.value;
      const example = examples.find((each) => each.type === type);
      return `### ${type}\n\n${option.description}.\n\n\`\`\`json\n${example && ofItsOwn(example)}\n\`\`\`\n`;
    })
    .join("\n");
}

const IN_EVERY_EVENT = ["version", "operation", "target", "procedure", "seq", "at"];

const ofItsOwn = (example: Announcement): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(example).filter(([member]) => !IN_EVERY_EVENT.includes(member))),
    null,
    2,
  );
