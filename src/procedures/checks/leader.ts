import { type Check, fail, given, ok, warn } from "./check.ts";

/** Whether the one node that migrates can run as it is to. */
export const leaderChecks: Check[] = [
  {
    name: "leader-has-what-it-needs",
    looked: ({ target }) => `service ${target.services[0]?.name}, and \`leader: ${target.leader}\``,
    expected:
      "a leader outside its service, which ECS never starts again; inside it where the application needs Service Connect or service discovery, which a standalone task has not",
    find: ({ target, discovery }) =>
      given(discovery.services, (services) => {
        const leader = services.find(({ name }) => name === target.services[0]?.name);
        const uses = [
          ...(leader?.serviceConnect ? ["Service Connect"] : []),
          ...(leader?.serviceRegistries ? ["service discovery"] : []),
        ].join(" and ");
        if (target.leader !== "service")
          return uses
            ? fail(
                `${leader!.name} uses ${uses}, which a standalone leader does not have`,
                "Set `leader: service`. What it costs: ECS replaces a leader that ends, and only the runbook, which looks every second, stops the replacement before its container runs; while the runbook itself is down nobody does",
              )
            : ok("it uses neither Service Connect nor service discovery");
        const command = target.migrate && uses ? "; the migrate command still runs outside, without them" : "";
        return warn(
          `the leader runs in ${leader?.name ?? "its service"}${uses ? `, which uses ${uses}` : ", which uses neither Service Connect nor service discovery"}: ECS replaces it if it ends, and only the runbook stops the replacement before its container runs${command}`,
          uses
            ? "Leave `leader` out if the application can migrate without them: then nothing can start a second migration"
            : "Leave `leader` out: then nothing can start a second migration",
        );
      }),
  },
  {
    name: "migrate-command-can-end",
    looked: ({ target }) =>
      target.migrate ? `migrate.command: ${target.migrate.command.join(" ")}` : "no migrate command",
    expected: "an essential container, whose end is the end of the task",
    find: ({ target, discovery }) => {
      const [leader] = target.services;
      if (!target.migrate) return ok("nodes migrate when they start");
      return given(discovery.shapes, (shapes) => {
        const container = shapes
          .find(({ service }) => service === leader!.name)
          ?.definition.containerDefinitions?.find(({ name }) => name === leader!.container);
        return container?.essential === false
          ? fail(
              `${leader!.container} of ${leader!.name} is not essential, so the task would run on after the command`,
              "Make the application's container essential in the task definition",
            )
          : ok(`it runs in ${leader!.container} of ${leader!.name}`);
      });
    },
  },
];
