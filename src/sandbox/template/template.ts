import { readFile } from "node:fs/promises";
import { z } from "zod";

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).optional(),
});
const templateSchema = z.object({
  Resources: z.record(z.string(), resourceSchema),
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).default({}),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
});

/** What a stack is to have, as CloudFormation takes it. */
export type Template = z.output<typeof templateSchema>;
export type Resource = Template["Resources"][string];

/** Throws where the file is not there or holds no template. */
export const readTemplate = async (file: string): Promise<Template> => parseTemplate(await readFile(file, "utf8"));

export const parseTemplate = (text: string): Template => templateSchema.parse(JSON.parse(text));
