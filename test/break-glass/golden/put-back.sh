#!/bin/sh
# noticeboard: upgrade to 111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:2.0.0, requested by operator/alice
# at 2026-01-15T02:00:12.000Z
# Operation op-20260115-020000-3f9a2c was held when this was written, with the site opening: the leader stopped:
# CannotStartContainerError: expected a simulated program for
# 111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard@sha256:2222222222222222222222222222222222222222222222222222222222222222
# (sha256:2222222222222222222222222222222222222222222222222222222222222222), found none (app: CannotSt …
#
# No other version can have touched the data: the old one may run on it. This puts everything back as it was found.
#
# Read it, then run it as a whole or line by line, with credentials that may do all of it. Every command may be run
# again, and all of it from the top as long as the site is not open.
# Users reach the application at http://noticeboard-4033927948.us-east-1.elb.amazonaws.com:8080.

set -eu
export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
export AWS_PAGER=

say() { echo "── $*" >&2; }
# Runs a command until it prints what is expected. Interrupt it when that cannot come any more, and find out why.
until_it_says() {
  expected=$1; shift
  while said=$("$@") || true; [ "$said" != "$expected" ]; do
    echo "   waits for: $expected; found: ${said:-nothing}" >&2
    sleep "${LOOK_EVERY_SECONDS:-5}"
  done
}
# Stops for a person, where one is there.
look() {
  echo "   LOOK: $*" >&2
  if [ -t 0 ]; then printf '   Enter goes on, Ctrl-C ends: ' >&2; read -r _; fi
}

# ── 1. Nobody else acts
# A run of ours that is still alive must not act any more: it ends when it finds a later epoch than its own.
# This operation is held, so that its run has ended: only a decision would start another. Tell the others that you do
# it by hand.
say '1. Nobody else acts'
aws dynamodb update-item --table-name intermission \
  --key '{"pk":{"S":"operation#op-20260115-020000-3f9a2c"},"sk":{"S":"meta"}}' \
  --update-expression 'SET epoch = epoch + :one' --condition-expression 'attribute_exists(pk)' \
  --expression-attribute-values '{":one":{"N":"1"}}'

# ── 2. The leader goes
# First its address, on every path: nobody but us takes it out of the target group, and a stranger may get it next.
say '2. The leader goes'
tasks=$(aws ecs list-tasks --cluster noticeboard --started-by intermission/op-20260115-020000-3f9a2c --query 'taskArns[]' \
  --output text)
for task in $tasks; do
  aws ecs stop-task --cluster noticeboard --reason 'by hand' --task "$task" > /dev/null
done
until_it_says 0 aws ecs list-tasks --cluster noticeboard --started-by intermission/op-20260115-020000-3f9a2c \
  --query 'length(taskArns)' --output text
# Go on when: no task that the operation started is listed as running any more. That is no proof yet that its
# container has ended.

# ── 3. No other version runs
# Told task by task. Counts prove nothing: they reach 0 while containers still end, and write.
say '3. No other version runs'
tasks_that_have_not_ended() {
  for status in RUNNING STOPPED; do
    tasks=$(aws ecs list-tasks --cluster noticeboard --family noticeboard --query 'taskArns[]' --output text --desired-status "$status") || { echo unknown; return; }
    [ -z "$tasks" ] || aws ecs describe-tasks --cluster noticeboard \
  --query 'tasks[?lastStatus!=`STOPPED` && taskDefinitionArn!=`arn:aws:ecs:us-east-1:111122223333:task-definition/noticeboard:1`].[taskArn,lastStatus]' \
  --output text --tasks $tasks || echo unknown
  done
}
until_it_says '' tasks_that_have_not_ended
# Go on when: nothing is listed any more

# ── 4. The old nodes serve
# The old revisions at the counts that they had when they were stopped, each in a new deployment: one that was given
# up starts no node any more.
say '4. The old nodes serve'
aws ecs update-service --cluster noticeboard --service noticeboard \
  --task-definition arn:aws:ecs:us-east-1:111122223333:task-definition/noticeboard:1 --desired-count 3 --force-new-deployment > /dev/null
until_it_says 3 \
  aws ecs describe-services --cluster noticeboard --services noticeboard --query 'services[0].runningCount' \
  --output text
until_it_says 0 \
  aws ecs describe-services --cluster noticeboard --services noticeboard --query 'services[0].pendingCount' \
  --output text
until_it_says True aws elbv2 describe-target-health \
  --target-group-arn arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/noticeboard/542801564a30a8fc \
  --query 'length(TargetHealthDescriptions[?TargetHealth.State==`healthy`]) >= `3`' --output text
# Go on when: every service runs as many nodes as it had, and its target groups have as many that are healthy

# ── 5. The site opens
# Rules take effect at each address of the load balancer in their own time: some visitors see the page for some
# seconds more.
say '5. The site opens'
rules=$(aws elbv2 describe-rules \
  --listener-arn arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/noticeboard/bbf1f416a685beb1/763eb03dac0a9030 \
  --query 'Rules[?!IsDefault].RuleArn' --output text)
for rule in $rules; do
  ours=$(aws elbv2 describe-tags \
    --query 'TagDescriptions[?Tags[?Key==`intermission:operation` && Value==`op-20260115-020000-3f9a2c`] && Tags[?Key==`intermission:role` && Value==`closing`]].ResourceArn' \
    --output text --resource-arns "$rule")
  for our in $ours; do
    aws elbv2 delete-rule --rule-arn "$our"
  done
done
look 'does http://noticeboard-4033927948.us-east-1.elb.amazonaws.com:8080 answer, several times in a row?'
# Go on when: the application answers the public

# ── 6. The rules are as they were
say '6. The rules are as they were'
rules=$(aws elbv2 describe-rules \
  --listener-arn arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/noticeboard/bbf1f416a685beb1/763eb03dac0a9030 \
  --query 'Rules[?!IsDefault].RuleArn' --output text)
for rule in $rules; do
  ours=$(aws elbv2 describe-tags \
    --query 'TagDescriptions[?Tags[?Key==`intermission:operation` && Value==`op-20260115-020000-3f9a2c`] && Tags[?Key==`intermission:role` && Value==`bypass`]].ResourceArn' \
    --output text --resource-arns "$rule")
  for our in $ours; do
    aws elbv2 delete-rule --rule-arn "$our"
  done
done
# Go on when: the listeners have the rules that they had

# ── 7. The deregistration delays
say '7. The deregistration delays'
aws elbv2 modify-target-group-attributes \
  --target-group-arn arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/noticeboard/542801564a30a8fc \
  --attributes Key=deregistration_delay.timeout_seconds,Value=300 > /dev/null

# ── 8. What rolls deployments back, and what moves nodes
# Only once every deployment is completed: a circuit breaker rolls back to the last one that was.
say '8. What rolls deployments back, and what moves nodes'
until_it_says COMPLETED aws ecs describe-services --cluster noticeboard --services noticeboard \
  --query 'services[0].deployments[0].rolloutState' --output text
aws ecs update-service --cluster noticeboard --service noticeboard \
  --deployment-configuration '{"maximumPercent":200,"minimumHealthyPercent":100,"deploymentCircuitBreaker":{"enable":true,"rollback":true}}' \
  --availability-zone-rebalancing ENABLED > /dev/null

# ── 9. The scaling
# Only while the count lies within the bounds: this very call moves it into them, and so starts or stops nodes.
say '9. The scaling'
aws application-autoscaling register-scalable-target --service-namespace ecs \
  --scalable-dimension ecs:service:DesiredCount --resource-id service/noticeboard/noticeboard \
  --suspended-state DynamicScalingInSuspended=false,DynamicScalingOutSuspended=false,ScheduledScalingSuspended=false > /dev/null

# ── 10. The revisions of the new version
# Before anything that names the application's family alone is enabled: it runs the newest revision.
say '10. The revisions of the new version'
revisions=$(aws ecs list-task-definitions --family-prefix noticeboard --sort DESC --max-results 20 --no-paginate \
  --query 'taskDefinitionArns[]' --output text)
for revision in $revisions; do
  operation=$(aws ecs list-tags-for-resource --query 'tags[?key==`intermission:operation`].value' --output text --resource-arn "$revision")
  if [ "$operation" = op-20260115-020000-3f9a2c ]; then
    aws ecs deregister-task-definition --task-definition "$revision" > /dev/null
  fi
done

# ── 11. The target is free
# Last of all: from here on operations may begin again. Where somebody else holds the lock by now, the condition
# fails, and that is well.
# op-20260115-020000-3f9a2c is listed as held for good: nothing of ours has seen what you did here. Keep this script
# with the receipt.
say '11. The target is free'
aws dynamodb update-item --table-name intermission --key '{"pk":{"S":"target#noticeboard"},"sk":{"S":"lock"}}' \
  --update-expression 'REMOVE holder, requested' --condition-expression 'holder = :id' \
  --expression-attribute-values '{":id":{"S":"op-20260115-020000-3f9a2c"}}' || echo '   The lock is not of this operation any more' >&2
