import { z } from "zod";

/** What the page says of the cloud. Counts and states, by the names that people gave: no ARNs, no addresses, no settings. */
export const cloudViewSchema = z.object({
  services: z.array(z.object({ name: z.string(), wanted: z.number(), running: z.number(), starting: z.number() })),
  /** `status` is ECS's own word; `alone` is one that belongs to no service, as the one that migrates; `images` names what its containers run, by name and digest. */
  nodes: z.array(
    z.object({ service: z.string(), status: z.string(), alone: z.boolean(), images: z.array(z.string()) }),
  ),
  /** `closed`: the maintenance page answers there. */
  listeners: z.array(z.object({ name: z.string(), closed: z.boolean() })),
  database: z.object({ identifier: z.string(), status: z.string() }).optional(),
  /** What could not be read. */
  unread: z.array(z.string()),
});
export type CloudView = z.output<typeof cloudViewSchema>;

const services = z.array(
  z.object({ name: z.string(), desiredCount: z.number(), runningCount: z.number(), pendingCount: z.number() }),
);
const nodes = z.array(
  z.object({
    service: z.string(),
    status: z.string(),
    standalone: z.boolean().optional(),
    containers: z.array(z.object({ image: z.string(), imageDigest: z.string().optional() })),
  }),
);
const listeners = z.array(
  z.object({ loadBalancer: z.string().optional(), protocol: z.string(), port: z.number(), closed: z.boolean() }),
);
const database = z.object({ identifier: z.string(), status: z.string() }).nullable();

/** Out of a target's live state only what the page shows. A part that could not be read is named, and the rest is there. */
export function cloudView(live: Record<string, unknown>): CloudView {
  const unread: string[] = [];
  const part = <Schema extends z.ZodType>(name: string, schema: Schema): z.output<Schema> | undefined => {
    const read = schema.safeParse(live[name]);
    if (!read.success) unread.push(name);
    return read.data;
  };
  const found = part("database", database);
  return {
    services: (part("services", services) ?? []).map((each) => ({
      name: each.name,
      wanted: each.desiredCount,
      running: each.runningCount,
      starting: each.pendingCount,
    })),
    nodes: (part("nodes", nodes) ?? []).map(({ service, status, standalone = false, containers }) => ({
      service,
      status,
      alone: standalone,
      images: containers.flatMap(({ image, imageDigest }) => [image, ...(imageDigest ? [imageDigest] : [])]),
    })),
    listeners: (part("listeners", listeners) ?? []).map(({ loadBalancer, protocol, port, closed }) => ({
      name: [loadBalancer, protocol, port].filter(Boolean).join(" "),
      closed,
    })),
    ...(found && { database: { identifier: found.identifier, status: found.status } }),
    unread,
  };
}
