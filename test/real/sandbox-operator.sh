#!/usr/bin/env bash
# An upgrade by hand, with nothing but the AWS CLI, its waiters and curl. Prints a line for each thing that it proved.
#
#   AWS_ENDPOINT_URL=… URL=… CLUSTER=crm SERVICE=crm-web DATABASE=crm-db FROM=crm:1.0.0 TO=crm:2.0.0 ./sandbox-operator.sh
set -euo pipefail
: "${AWS_ENDPOINT_URL:?}" "${URL:?}" "${CLUSTER:?}" "${SERVICE:?}" "${DATABASE:?}" "${FROM:?}" "${TO:?}"

# Older releases of the CLI do not know AWS_ENDPOINT_URL.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" --output text "$@"; }

answers() { # status, until the load balancer says so at several requests in a row
  local row=0 tries=0
  while ((row < 5)); do
    if [[ $(curl -s -o /dev/null -w '%{http_code}' "$URL/health") == "$1" ]]; then row=$((row + 1)); else row=0; fi
    ((++tries < 100)) || { echo "$URL never answered $1" >&2; exit 1; }
    sleep 0.1
  done
}

service() { aws ecs describe-services --cluster "$CLUSTER" --services "$SERVICE" --query "services[0].$1"; }

echo "caller $(aws sts get-caller-identity --query Arn)"
desired=$(service desiredCount)
group=$(service 'loadBalancers[0].targetGroupArn')
balancer=$(aws elbv2 describe-target-groups --target-group-arns "$group" --query 'TargetGroups[0].LoadBalancerArns[0]')
listener=$(aws elbv2 describe-listeners --load-balancer-arn "$balancer" --query 'Listeners[0].ListenerArn')
echo "found $desired"

definition=$(aws ecs describe-task-definition --task-definition "$(service taskDefinition)" --output json --query \
  'taskDefinition.{family: family, networkMode: networkMode, requiresCompatibilities: requiresCompatibilities,
    cpu: cpu, memory: memory, containerDefinitions: containerDefinitions}')
revision=$(aws ecs register-task-definition --cli-input-json "${definition//$FROM/$TO}" \
  --query taskDefinition.taskDefinitionArn)
echo "registered ${revision##*/}"

rule=$(aws elbv2 create-rule --listener-arn "$listener" --priority 1 --conditions "Field=path-pattern,Values='*'" \
  --actions 'Type=fixed-response,FixedResponseConfig={StatusCode=503,ContentType=text/html,MessageBody=<h1>Maintenance</h1>}' \
  --query 'Rules[0].RuleArn')
answers 503
echo "closed $(curl -s "$URL")"

read -ra tasks <<<"$(aws ecs list-tasks --cluster "$CLUSTER" --service-name "$SERVICE" --query taskArns)"
aws ecs update-service --cluster "$CLUSTER" --service "$SERVICE" --desired-count 0 >/dev/null
aws ecs wait tasks-stopped --cluster "$CLUSTER" --tasks "${tasks[@]}"
echo "stopped ${#tasks[@]}"

snapshot="$DATABASE-by-hand"
aws rds create-db-snapshot --db-instance-identifier "$DATABASE" --db-snapshot-identifier "$snapshot" >/dev/null
aws rds wait db-snapshot-available --db-instance-identifier "$DATABASE" --db-snapshot-identifier "$snapshot"
echo "snapshot $(aws rds describe-db-snapshots --db-snapshot-identifier "$snapshot" \
  --query 'DBSnapshots[0].[Status, PercentProgress]' | tr '\t' ' ')"

aws ecs update-service --cluster "$CLUSTER" --service "$SERVICE" --task-definition "$revision" --desired-count 1 >/dev/null
aws ecs wait services-stable --cluster "$CLUSTER" --services "$SERVICE"
aws elbv2 wait target-in-service --target-group-arn "$group"
echo "first $(service runningCount)"

aws ecs update-service --cluster "$CLUSTER" --service "$SERVICE" --desired-count "$desired" >/dev/null
aws ecs wait services-stable --cluster "$CLUSTER" --services "$SERVICE"
echo "all $(service runningCount)"

aws elbv2 delete-rule --rule-arn "$rule"
answers 200
echo "open $(curl -s "$URL/version")"
