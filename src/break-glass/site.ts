import { aws, awsText, each, quoted, type Step } from "./shell.ts";
import { type Situation, undosOf } from "./situation.ts";

/** Deletes the rules of the operation that have a role, by their tags and no others. */
function deleteRules(listenerArn: string, operation: string, role: "closing" | "bypass"): string {
  const tagged = (key: string, value: string) => `Tags[?Key==\`intermission:${key}\` && Value==\`${value}\`]`;
  const ours = `TagDescriptions[?${tagged("operation", operation)} && ${tagged("role", role)}].ResourceArn`;
  const rules = awsText("elbv2", "describe-rules", "Rules[?!IsDefault].RuleArn", { "listener-arn": listenerArn });
  return each("rule", rules, [
    each("our", `${awsText("elbv2", "describe-tags", ours, {})} --resource-arns "$rule"`, [
      'aws elbv2 delete-rule --rule-arn "$our"',
    ]),
  ]);
}

const deletions = (situation: Situation, role: "closing" | "bypass"): string[] => {
  const rules = undosOf(situation, "delete-rules").filter((undo) => undo.role === role);
  const listeners = [...new Set(rules.map(({ listenerArn }) => listenerArn))];
  return listeners.map((listenerArn) => deleteRules(listenerArn, situation.state.id, role));
};

/** The page goes: only our closing rules, found by their tags. */
export function siteOpens(situation: Situation): Step[] {
  const commands = deletions(situation, "closing");
  if (commands.length === 0) return [];
  return [
    {
      title: "The site opens",
      why: [
        "Rules take effect at each address of the load balancer in their own time: some visitors see the page for some seconds more.",
      ],
      commands: [...commands, `look ${quoted(`does ${situation.target.url} answer, several times in a row?`)}`],
      goOn: "the application answers the public",
    },
  ];
}

/** The ways past the page, and the numbers of rules that were moved to make room. */
export function rulesGoBack(situation: Situation): Step[] {
  const priorities = undosOf(situation, "restore-priorities").map(({ moved }) =>
    aws("elbv2", "set-rule-priorities", {
      "rule-priorities": moved.map(({ ruleArn, from }) => `RuleArn=${ruleArn},Priority=${from}`),
    }),
  );
  const commands = [...deletions(situation, "bypass"), ...priorities.map((each) => `${each} > /dev/null`)];
  if (commands.length === 0) return [];
  return [{ title: "The rules are as they were", commands, goOn: "the listeners have the rules that they had" }];
}
