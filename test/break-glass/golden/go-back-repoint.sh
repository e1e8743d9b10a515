#!/bin/sh
# noticeboard: upgrade to 111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:2.0.0, requested by operator/alice
# at 2026-01-15T02:00:12.000Z
# Operation op-20260115-020000-3f9a2c was held when this was written, with the site closed: the application says that
# it cannot start: 503 cannot execute ALTER TABLE in a read-only transaction (APP_ERROR)
#
# ANOTHER VERSION MAY HAVE CHANGED THE DATA: the old one must not run on it. It would say that it is well, and serve
# wrong data.
# This restores the snapshot intermission-op-20260115-020000-3f9a2c and starts the old version on that.
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
aws elbv2 deregister-targets \
  --target-group-arn arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/noticeboard/542801564a30a8fc \
  --targets Id=10.0.0.8,Port=3000
tasks=$(aws ecs list-tasks --cluster noticeboard --started-by intermission/op-20260115-020000-3f9a2c --query 'taskArns[]' \
  --output text)
for task in $tasks; do
  aws ecs stop-task --cluster noticeboard --reason 'by hand' --task "$task" > /dev/null
done
until_it_says 0 aws ecs list-tasks --cluster noticeboard --started-by intermission/op-20260115-020000-3f9a2c \
  --query 'length(taskArns)' --output text
# Go on when: no task that the operation started is listed as running any more. That is no proof yet that its
# container has ended.

# ── 3. Every node stops
# Each with a new deployment: one that was given up starts no node any more.
say '3. Every node stops'
aws ecs update-service --cluster noticeboard --service noticeboard --desired-count 0 --force-new-deployment > /dev/null

# ── 4. Every container has ended
# Told task by task. Counts prove nothing, nor does `aws ecs wait services-stable`: containers still end then, and
# write.
say '4. Every container has ended'
tasks_that_have_not_ended() {
  for status in RUNNING STOPPED; do
    tasks=$(aws ecs list-tasks --cluster noticeboard --family noticeboard --query 'taskArns[]' --output text --desired-status "$status") || { echo unknown; return; }
    [ -z "$tasks" ] || aws ecs describe-tasks --cluster noticeboard --query 'tasks[?lastStatus!=`STOPPED`].[taskArn,lastStatus]' \
  --output text --tasks $tasks || echo unknown
  done
}
until_it_says '' tasks_that_have_not_ended
# Go on when: nothing is listed any more: from here on nobody writes to the data

# ── 5. The snapshot is there
say '5. The snapshot is there'
until_it_says available \
  aws rds describe-db-snapshots --db-snapshot-identifier intermission-op-20260115-020000-3f9a2c \
  --query 'DBSnapshots[0].Status' --output text

# ── 6. The present database is fenced off
# Put RDS instance noticeboard-db behind sg-0fe0ce, which lets nobody in: nothing may write to data that is put aside
say '6. The present database is fenced off'
aws rds modify-db-instance \
  --cli-input-json '{"DBInstanceIdentifier":"noticeboard-db","VpcSecurityGroupIds":["sg-0fe0ce"],"ApplyImmediately":true}' > /dev/null
until_it_says 'sg-0fe0ce active' aws rds describe-db-instances --db-instance-identifier noticeboard-db \
  --query 'DBInstances[0].VpcSecurityGroups[0].[VpcSecurityGroupId,Status] | join('\'' '\'', @)' --output text
sleep "${LOOK_EVERY_SECONDS:-5}"
until_it_says available \
  aws rds describe-db-instances --db-instance-identifier noticeboard-db --query 'DBInstances[0].DBInstanceStatus' \
  --output text
# Go on when: noticeboard-db is available, behind its fence

# ── 7. The snapshot is restored as noticeboard-db-restored-3f9a2c-g2
# That may take hours. What is there already by that name is not restored again.
# Give RDS instance noticeboard-db-restored-3f9a2c-g2 the settings that no restore can be given
say '7. The snapshot is restored as noticeboard-db-restored-3f9a2c-g2'
if [ "$(aws rds describe-db-instances \
  --query 'length(DBInstances[?DBInstanceIdentifier==`noticeboard-db-restored-3f9a2c-g2`])' --output json)" = 0 ]; then
  aws rds restore-db-instance-from-db-snapshot \
    --cli-input-json '{"DBInstanceIdentifier":"noticeboard-db-restored-3f9a2c-g2","DBSnapshotIdentifier":"intermission-op-20260115-020000-3f9a2c","Engine":"postgres","DBInstanceClass":"db.t4g.medium","Port":5432,"DBSubnetGroupName":"default","DBParameterGroupName":"default.postgres18","OptionGroupName":"default:postgres","AvailabilityZone":"us-east-1a","MultiAZ":false,"PubliclyAccessible":false,"AutoMinorVersionUpgrade":true,"LicenseModel":"postgresql-license","StorageType":"gp3","AllocatedStorage":20,"DedicatedLogVolume":false,"VpcSecurityGroupIds":["sg-0default"],"EnableIAMDatabaseAuthentication":false,"BackupRetentionPeriod":1,"PreferredBackupWindow":"01:00-01:30","CopyTagsToSnapshot":false,"NetworkType":"IPV4","CACertificateIdentifier":"rds-ca-rsa2048-g1","EngineLifecycleSupport":"open-source-rds-extended-support","Tags":[{"Key":"intermission:operation","Value":"op-20260115-020000-3f9a2c"},{"Key":"intermission:target","Value":"noticeboard"},{"Key":"intermission:role","Value":"restored"},{"Key":"intermission:generation","Value":"2"}]}' > /dev/null
fi
sleep "${LOOK_EVERY_SECONDS:-5}"
until_it_says available aws rds describe-db-instances --db-instance-identifier noticeboard-db-restored-3f9a2c-g2 \
  --query 'DBInstances[0].DBInstanceStatus' --output text
# It must be another one than before, which has the resource id db-D6CD9202A7875ACD1E85D855D9.
found=$(aws rds describe-db-instances --db-instance-identifier noticeboard-db-restored-3f9a2c-g2 \
  --query 'DBInstances[0].DbiResourceId' --output text)
[ "$found" != db-D6CD9202A7875ACD1E85D855D9 ] || { echo '   noticeboard-db-restored-3f9a2c-g2 is still the database from before' >&2; exit 1; }
aws rds modify-db-instance \
  --cli-input-json '{"DBInstanceIdentifier":"noticeboard-db-restored-3f9a2c-g2","PreferredMaintenanceWindow":"wed:20:00-wed:20:30","ApplyImmediately":true}' > /dev/null
sleep "${LOOK_EVERY_SECONDS:-5}"
until_it_says available aws rds describe-db-instances --db-instance-identifier noticeboard-db-restored-3f9a2c-g2 \
  --query 'DBInstances[0].DBInstanceStatus' --output text
# Go on when: noticeboard-db-restored-3f9a2c-g2 is available, with the parameter group, security groups, Multi-AZ and
# deletion protection that the old one has

# ── 8. The old version leads to the restored database
# Its revisions once more, with the restored one's addresses in the place of the present one's. What has the address
# from a secret or from elsewhere is not changed by that.
say '8. The old version leads to the restored database'
address_1=$(aws rds describe-db-instances --db-instance-identifier noticeboard-db-restored-3f9a2c-g2 \
  --query 'DBInstances[0].Endpoint.Address' --output text)
definition=$(aws ecs describe-task-definition --task-definition arn:aws:ecs:us-east-1:111122223333:task-definition/noticeboard:1 \
  --query taskDefinition --output json \
  | jq 'del(.taskDefinitionArn, .revision, .status, .requiresAttributes, .compatibilities, .registeredAt, .registeredBy)' | sed -e "s/127\.32\.32\.20/$address_1/g")
revision_1=$(aws ecs register-task-definition --cli-input-json "$definition" \
  --query taskDefinition.taskDefinitionArn --output text)
echo "   arn:aws:ecs:us-east-1:111122223333:task-definition/noticeboard:1 once more: $revision_1" >&2
# Go on when: each of the new revisions names the restored database, and none the present one

# ── 9. One node of the old version
# If it is not well, only one is to be looked at, and the page is still up.
say '9. One node of the old version'
aws ecs update-service --cluster noticeboard --service noticeboard --desired-count 1 --task-definition "$revision_1" > /dev/null
until_it_says 1 \
  aws ecs describe-services --cluster noticeboard --services noticeboard --query 'services[0].runningCount' \
  --output text
until_it_says 0 \
  aws ecs describe-services --cluster noticeboard --services noticeboard --query 'services[0].pendingCount' \
  --output text
until_it_says True aws elbv2 describe-target-health \
  --target-group-arn arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/noticeboard/542801564a30a8fc \
  --query 'length(TargetHealthDescriptions[?TargetHealth.State==`healthy`]) >= `1`' --output text
bypass=$(aws elbv2 describe-rules \
  --listener-arn arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/noticeboard/bbf1f416a685beb1/763eb03dac0a9030 \
  --query 'Rules[].Conditions[].HttpHeaderConfig | [?HttpHeaderName==`x-intermission-bypass`].Values[] | [0]' \
  --output text)
curl --silent --show-error --output /dev/null --write-out '%{http_code}\n' --header "x-intermission-bypass: $bypass" http://noticeboard-4033927948.us-east-1.elb.amazonaws.com:8080 >&2 || true
look 'past the page, with the header x-intermission-bypass that the rule has: is http://noticeboard-4033927948.us-east-1.elb.amazonaws.com:8080 the old version, with the old data?'
# Go on when: the application answers as ready, with its old version, and shows the data from before

# ── 10. All nodes of the old version
say '10. All nodes of the old version'
aws ecs update-service --cluster noticeboard --service noticeboard --desired-count 3 --task-definition "$revision_1" > /dev/null
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

# ── 11. The site opens
# Rules take effect at each address of the load balancer in their own time: some visitors see the page for some
# seconds more.
say '11. The site opens'
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

# ── 12. The rules are as they were
say '12. The rules are as they were'
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

# ── 13. The deregistration delays
say '13. The deregistration delays'
aws elbv2 modify-target-group-attributes \
  --target-group-arn arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/noticeboard/542801564a30a8fc \
  --attributes Key=deregistration_delay.timeout_seconds,Value=300 > /dev/null

# ── 14. What rolls deployments back, and what moves nodes
# Only once every deployment is completed: a circuit breaker rolls back to the last one that was.
say '14. What rolls deployments back, and what moves nodes'
until_it_says COMPLETED aws ecs describe-services --cluster noticeboard --services noticeboard \
  --query 'services[0].deployments[0].rolloutState' --output text
aws ecs update-service --cluster noticeboard --service noticeboard \
  --deployment-configuration '{"maximumPercent":200,"minimumHealthyPercent":100,"deploymentCircuitBreaker":{"enable":true,"rollback":true}}' \
  --availability-zone-rebalancing ENABLED > /dev/null

# ── 15. The scaling
# Only while the count lies within the bounds: this very call moves it into them, and so starts or stops nodes.
say '15. The scaling'
aws application-autoscaling register-scalable-target --service-namespace ecs \
  --scalable-dimension ecs:service:DesiredCount --resource-id service/noticeboard/noticeboard \
  --suspended-state DynamicScalingInSuspended=false,DynamicScalingOutSuspended=false,ScheduledScalingSuspended=false > /dev/null

# ── 16. The revisions of the new version
# Before anything that names the application's family alone is enabled: it runs the newest revision.
say '16. The revisions of the new version'
revisions=$(aws ecs list-task-definitions --family-prefix noticeboard --sort DESC --max-results 20 --no-paginate \
  --query 'taskDefinitionArns[]' --output text)
for revision in $revisions; do
  operation=$(aws ecs list-tags-for-resource --query 'tags[?key==`intermission:operation`].value' --output text --resource-arn "$revision")
  if [ "$operation" = op-20260115-020000-3f9a2c ]; then
    aws ecs deregister-task-definition --task-definition "$revision" > /dev/null
  fi
done

# ── 17. The target is free
# Last of all: from here on operations may begin again. Where somebody else holds the lock by now, the condition
# fails, and that is well.
# op-20260115-020000-3f9a2c is listed as held for good: nothing of ours has seen what you did here. Keep this script
# with the receipt.
say '17. The target is free'
aws dynamodb update-item --table-name intermission --key '{"pk":{"S":"target#noticeboard"},"sk":{"S":"lock"}}' \
  --update-expression 'REMOVE holder, requested' --condition-expression 'holder = :id' \
  --expression-attribute-values '{":id":{"S":"op-20260115-020000-3f9a2c"}}' || echo '   The lock is not of this operation any more' >&2
