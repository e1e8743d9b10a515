#!/bin/sh
# noticeboard: upgrade to 111122223333.dkr.ecr.us-east-1.amazonaws.com/noticeboard:2.0.0, requested by operator/alice
# at 2026-01-15T02:00:12.250Z
# Operation op-20260115-020000-3f9a2c was held when this was written, with the site closed: the application says that
# it cannot start: 503 cannot execute ALTER TABLE in a read-only transaction (APP_ERROR)
#
# ANOTHER VERSION MAY HAVE CHANGED THE DATA: the old one must not run on it. It would say that it is well, and serve
# wrong data.
# This restores the snapshot intermission-op-20260115-020000-3f9a2c and starts the old version on that.
#
# Read it, then run it as a whole or line by line, with credentials that may do all of it. Every command may be run
# again, and all of it from the top as long as the site is not open.
# Users reach the application at http://noticeboard-7905146498.us-east-1.elb.amazonaws.com:8080.

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
  --target-group-arn arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/noticeboard/1ea950c3ae46fd2c \
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
  aws rds describe-db-cluster-snapshots --db-cluster-snapshot-identifier intermission-op-20260115-020000-3f9a2c \
  --query 'DBClusterSnapshots[0].Status' --output text

# ── 6. The present database makes room
# Put RDS cluster noticeboard-aurora behind sg-0fe0ce, which lets nobody in: nothing may write to data that is put
# aside
# Rename RDS cluster noticeboard-aurora to noticeboard-aurora-before-3f9a2c-g2, with its data as it is now
# Rename RDS instance noticeboard-1 to noticeboard-1-before-3f9a2c-g2, with its data as it is now
# Rename RDS instance noticeboard-2 to noticeboard-2-before-3f9a2c-g2, with its data as it is now
# It is known by its resource id: where it has its new name already, nothing of this is done again, for the old name
# may be the restored one's by now.
say '6. The present database makes room'
if [ "$(aws rds describe-db-clusters \
  --query 'DBClusters[?DbClusterResourceId==`cluster-D6CD9202A7875ACD1E85D855D9`].DBClusterIdentifier | [0]' \
  --output json)" = '"noticeboard-aurora"' ]; then
  aws rds modify-db-cluster \
    --cli-input-json '{"DBClusterIdentifier":"noticeboard-aurora","VpcSecurityGroupIds":["sg-0fe0ce"],"ApplyImmediately":true}' > /dev/null
  until_it_says 'sg-0fe0ce active' aws rds describe-db-clusters --db-cluster-identifier noticeboard-aurora \
    --query 'DBClusters[0].VpcSecurityGroups[0].[VpcSecurityGroupId,Status] | join('\'' '\'', @)' --output text
  sleep "${LOOK_EVERY_SECONDS:-5}"
  until_it_says available \
    aws rds describe-db-clusters --db-cluster-identifier noticeboard-aurora --query 'DBClusters[0].Status' --output text
  aws rds modify-db-cluster \
    --cli-input-json '{"DBClusterIdentifier":"noticeboard-aurora","NewDBClusterIdentifier":"noticeboard-aurora-before-3f9a2c-g2","ApplyImmediately":true}' > /dev/null
fi
sleep "${LOOK_EVERY_SECONDS:-5}"
until_it_says available aws rds describe-db-clusters --db-cluster-identifier noticeboard-aurora-before-3f9a2c-g2 \
  --query 'DBClusters[0].Status' --output text
if [ "$(aws rds describe-db-instances \
  --query 'DBInstances[?DbiResourceId==`db-F1F416A685BEB1542801564A30`].DBInstanceIdentifier | [0]' --output json)" = '"noticeboard-1"' ]; then
  aws rds modify-db-instance \
    --cli-input-json '{"DBInstanceIdentifier":"noticeboard-1","NewDBInstanceIdentifier":"noticeboard-1-before-3f9a2c-g2","ApplyImmediately":true}' > /dev/null
fi
sleep "${LOOK_EVERY_SECONDS:-5}"
until_it_says available aws rds describe-db-instances --db-instance-identifier noticeboard-1-before-3f9a2c-g2 \
  --query 'DBInstances[0].DBInstanceStatus' --output text
if [ "$(aws rds describe-db-instances \
  --query 'DBInstances[?DbiResourceId==`db-C679A1A54CE5CEFDD763EB03DA`].DBInstanceIdentifier | [0]' --output json)" = '"noticeboard-2"' ]; then
  aws rds modify-db-instance \
    --cli-input-json '{"DBInstanceIdentifier":"noticeboard-2","NewDBInstanceIdentifier":"noticeboard-2-before-3f9a2c-g2","ApplyImmediately":true}' > /dev/null
fi
sleep "${LOOK_EVERY_SECONDS:-5}"
until_it_says available aws rds describe-db-instances --db-instance-identifier noticeboard-2-before-3f9a2c-g2 \
  --query 'DBInstances[0].DBInstanceStatus' --output text
# Go on when: noticeboard-aurora-before-3f9a2c-g2 is available, and its resource id is still
# cluster-D6CD9202A7875ACD1E85D855D9

# ── 7. The snapshot is restored as noticeboard-aurora
# That may take hours. What is there already by that name is not restored again.
# Give RDS cluster noticeboard-aurora the settings that no restore can be given
say '7. The snapshot is restored as noticeboard-aurora'
if [ "$(aws rds describe-db-clusters --query 'length(DBClusters[?DBClusterIdentifier==`noticeboard-aurora`])' --output json)" = 0 ]; then
  aws rds restore-db-cluster-from-snapshot \
    --cli-input-json '{"DBClusterIdentifier":"noticeboard-aurora","SnapshotIdentifier":"intermission-op-20260115-020000-3f9a2c","Engine":"aurora-postgresql","EngineVersion":"18.4","EngineMode":"provisioned","AvailabilityZones":["us-east-1a","us-east-1b","us-east-1c"],"Port":5432,"DBSubnetGroupName":"default","DBClusterParameterGroupName":"default.aurora-postgresql18","VpcSecurityGroupIds":["sg-0default"],"EnableIAMDatabaseAuthentication":false,"CopyTagsToSnapshot":false,"StorageType":"aurora","NetworkType":"IPV4","BackupRetentionPeriod":1,"PreferredBackupWindow":"01:00-01:30","EngineLifecycleSupport":"open-source-rds-extended-support","Tags":[{"Key":"intermission:operation","Value":"op-20260115-020000-3f9a2c"},{"Key":"intermission:target","Value":"noticeboard"},{"Key":"intermission:role","Value":"restored"},{"Key":"intermission:generation","Value":"2"}]}' > /dev/null
fi
sleep "${LOOK_EVERY_SECONDS:-5}"
until_it_says available \
  aws rds describe-db-clusters --db-cluster-identifier noticeboard-aurora --query 'DBClusters[0].Status' --output text
# It must be another one than before, which has the resource id cluster-D6CD9202A7875ACD1E85D855D9.
found=$(aws rds describe-db-clusters --db-cluster-identifier noticeboard-aurora --query 'DBClusters[0].DbClusterResourceId' \
  --output text)
[ "$found" != cluster-D6CD9202A7875ACD1E85D855D9 ] || { echo '   noticeboard-aurora is still the database from before' >&2; exit 1; }
if [ "$(aws rds describe-db-instances --query 'length(DBInstances[?DBInstanceIdentifier==`noticeboard-1`])' --output json)" = 0 ]; then
  aws rds create-db-instance \
    --cli-input-json '{"DBInstanceIdentifier":"noticeboard-1","DBClusterIdentifier":"noticeboard-aurora","Engine":"aurora-postgresql","DBInstanceClass":"db.r6g.large","DBSubnetGroupName":"default","DBParameterGroupName":"default.aurora-postgresql18","AvailabilityZone":"us-east-1a","PubliclyAccessible":false,"AutoMinorVersionUpgrade":true,"PreferredMaintenanceWindow":"fri:16:00-fri:16:30","CACertificateIdentifier":"rds-ca-rsa2048-g1","PromotionTier":1,"Tags":[{"Key":"intermission:operation","Value":"op-20260115-020000-3f9a2c"},{"Key":"intermission:target","Value":"noticeboard"},{"Key":"intermission:role","Value":"restored"},{"Key":"intermission:generation","Value":"2"}]}' > /dev/null
fi
sleep "${LOOK_EVERY_SECONDS:-5}"
until_it_says available \
  aws rds describe-db-instances --db-instance-identifier noticeboard-1 --query 'DBInstances[0].DBInstanceStatus' \
  --output text
if [ "$(aws rds describe-db-instances --query 'length(DBInstances[?DBInstanceIdentifier==`noticeboard-2`])' --output json)" = 0 ]; then
  aws rds create-db-instance \
    --cli-input-json '{"DBInstanceIdentifier":"noticeboard-2","DBClusterIdentifier":"noticeboard-aurora","Engine":"aurora-postgresql","DBInstanceClass":"db.r6g.large","DBSubnetGroupName":"default","DBParameterGroupName":"default.aurora-postgresql18","AvailabilityZone":"us-east-1a","PubliclyAccessible":false,"AutoMinorVersionUpgrade":true,"PreferredMaintenanceWindow":"thu:23:00-thu:23:30","CACertificateIdentifier":"rds-ca-rsa2048-g1","PromotionTier":2,"Tags":[{"Key":"intermission:operation","Value":"op-20260115-020000-3f9a2c"},{"Key":"intermission:target","Value":"noticeboard"},{"Key":"intermission:role","Value":"restored"},{"Key":"intermission:generation","Value":"2"}]}' > /dev/null
fi
sleep "${LOOK_EVERY_SECONDS:-5}"
until_it_says available \
  aws rds describe-db-instances --db-instance-identifier noticeboard-2 --query 'DBInstances[0].DBInstanceStatus' \
  --output text
aws rds modify-db-cluster \
  --cli-input-json '{"DBClusterIdentifier":"noticeboard-aurora","PreferredMaintenanceWindow":"wed:20:00-wed:20:30","AutoMinorVersionUpgrade":true,"ApplyImmediately":true}' > /dev/null
sleep "${LOOK_EVERY_SECONDS:-5}"
until_it_says available \
  aws rds describe-db-clusters --db-cluster-identifier noticeboard-aurora --query 'DBClusters[0].Status' --output text
# Go on when: noticeboard-aurora is available, with the parameter group, security groups, Multi-AZ and deletion
# protection that the old one has

# ── 8. Its names lead to it
# A renamed database keeps its address, and its old name leads to the restored one about ten minutes later. A node
# that starts before finds the data that is thrown away, behind its fence.
say '8. Its names lead to it'
getent hosts 127.32.32.1 >&2 || true
getent hosts 127.32.27.99 >&2 || true
getent hosts 127.32.246.1 >&2 || true
getent hosts 127.32.179.204 >&2 || true
look 'does each of these resolve, and to another address than noticeboard-aurora-before-3f9a2c-g2 has?'
# Go on when: each resolves, several times in a row, and to none of the addresses of the one put aside

# ── 9. One node of the old version
# If it is not well, only one is to be looked at, and the page is still up.
say '9. One node of the old version'
aws ecs update-service --cluster noticeboard --service noticeboard \
  --task-definition arn:aws:ecs:us-east-1:111122223333:task-definition/noticeboard:1 --desired-count 1 > /dev/null
until_it_says 1 \
  aws ecs describe-services --cluster noticeboard --services noticeboard --query 'services[0].runningCount' \
  --output text
until_it_says 0 \
  aws ecs describe-services --cluster noticeboard --services noticeboard --query 'services[0].pendingCount' \
  --output text
until_it_says True aws elbv2 describe-target-health \
  --target-group-arn arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/noticeboard/1ea950c3ae46fd2c \
  --query 'length(TargetHealthDescriptions[?TargetHealth.State==`healthy`]) >= `1`' --output text
bypass=$(aws elbv2 describe-rules \
  --listener-arn arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/noticeboard/0a9030b1e360aade/aff3c83e0106da45 \
  --query 'Rules[].Conditions[].HttpHeaderConfig | [?HttpHeaderName==`x-intermission-bypass`].Values[] | [0]' \
  --output text)
curl --silent --show-error --output /dev/null --write-out '%{http_code}\n' --header "x-intermission-bypass: $bypass" http://noticeboard-7905146498.us-east-1.elb.amazonaws.com:8080 >&2 || true
look 'past the page, with the header x-intermission-bypass that the rule has: is http://noticeboard-7905146498.us-east-1.elb.amazonaws.com:8080 the old version, with the old data?'
# Go on when: the application answers as ready, with its old version, and shows the data from before

# ── 10. All nodes of the old version
say '10. All nodes of the old version'
aws ecs update-service --cluster noticeboard --service noticeboard \
  --task-definition arn:aws:ecs:us-east-1:111122223333:task-definition/noticeboard:1 --desired-count 3 > /dev/null
until_it_says 3 \
  aws ecs describe-services --cluster noticeboard --services noticeboard --query 'services[0].runningCount' \
  --output text
until_it_says 0 \
  aws ecs describe-services --cluster noticeboard --services noticeboard --query 'services[0].pendingCount' \
  --output text
until_it_says True aws elbv2 describe-target-health \
  --target-group-arn arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/noticeboard/1ea950c3ae46fd2c \
  --query 'length(TargetHealthDescriptions[?TargetHealth.State==`healthy`]) >= `3`' --output text
# Go on when: every service runs as many nodes as it had, and its target groups have as many that are healthy

# ── 11. The site opens
# Rules take effect at each address of the load balancer in their own time: some visitors see the page for some
# seconds more.
say '11. The site opens'
rules=$(aws elbv2 describe-rules \
  --listener-arn arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/noticeboard/0a9030b1e360aade/aff3c83e0106da45 \
  --query 'Rules[?!IsDefault].RuleArn' --output text)
for rule in $rules; do
  ours=$(aws elbv2 describe-tags \
    --query 'TagDescriptions[?Tags[?Key==`intermission:operation` && Value==`op-20260115-020000-3f9a2c`] && Tags[?Key==`intermission:role` && Value==`closing`]].ResourceArn' \
    --output text --resource-arns "$rule")
  for our in $ours; do
    aws elbv2 delete-rule --rule-arn "$our"
  done
done
look 'does http://noticeboard-7905146498.us-east-1.elb.amazonaws.com:8080 answer, several times in a row?'
# Go on when: the application answers the public

# ── 12. The rules are as they were
say '12. The rules are as they were'
rules=$(aws elbv2 describe-rules \
  --listener-arn arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/noticeboard/0a9030b1e360aade/aff3c83e0106da45 \
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
  --target-group-arn arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/noticeboard/1ea950c3ae46fd2c \
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
