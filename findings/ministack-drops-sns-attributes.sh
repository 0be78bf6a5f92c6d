#!/usr/bin/env bash
# ministack 1.5.33 (an emulator of AWS): a state machine that publishes to SNS by the optimized integration (arn:aws:states:::sns:publish) succeeds, and the
#   message arrives without its MessageAttributes. A subscription with a filter policy on them gets nothing.
# Guess from memory: the same as a publish by SDK, since both end in sns:Publish, and the execution SUCCEEDED.
# Why it matters: alerts that are routed by attribute are lost on the emulator only; a test of the routing fails for a reason that is not the tested code's.
# Output seen: "by SDK: filtered 1, all 1 with kind=blind; by Step Functions: SUCCEEDED, filtered 0, all 1 with no attribute".
set -euo pipefail
here=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$here"' EXIT
cd "$here"
python3 -m venv venv && venv/bin/pip install --quiet --disable-pip-version-check ministack==1.5.33 boto3==1.43.106
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
BIND_HOST=127.0.0.1 GATEWAY_PORT=$port LOG_LEVEL=ERROR HOME=$here TMPDIR=$here PATH="$here/venv/bin:$PATH" venv/bin/ministack >/dev/null 2>&1 &
server=$!
for _ in $(seq 100); do curl -fs "http://127.0.0.1:$port/_ministack/health" >/dev/null && break; sleep 0.2; done

cat >publish.py <<'PY'
import json, sys, time
import boto3

def client(name):
    return boto3.client(name, endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")

sns, sqs, sfn = client("sns"), client("sqs"), client("stepfunctions")
topic = sns.create_topic(Name="alerts")["TopicArn"]
queues = {}
for name, policy in (("filtered", {"kind": ["blind"]}), ("all", None)):
    queues[name] = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queues[name], AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    attributes = {} if policy is None else {"FilterPolicy": json.dumps(policy)}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)

def received(name):
    time.sleep(1)
    found = sqs.receive_message(QueueUrl=queues[name], MaxNumberOfMessages=10).get("Messages", [])
    for each in found:
        sqs.delete_message(QueueUrl=queues[name], ReceiptHandle=each["ReceiptHandle"])
    return [json.loads(each["Body"]) for each in found]

def seen():
    filtered, everything = received("filtered"), received("all")
    kinds = [each.get("MessageAttributes", {}).get("kind", {}).get("Value") for each in everything]
    told = " ".join("no attribute" if kind is None else "kind=" + kind for kind in kinds)
    return f"filtered {len(filtered)}, all {len(everything)} with {told}"

kind = {"kind": {"DataType": "String", "StringValue": "blind"}}
sns.publish(TopicArn=topic, Message="by SDK", MessageAttributes=kind)
by_sdk = seen()
task = {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": True,
        "Parameters": {"TopicArn": topic, "Message": "by Step Functions", "MessageAttributes": kind}}
machine = sfn.create_state_machine(name="publish", roleArn="arn:aws:iam::000000000000:role/any",
                                   definition=json.dumps({"StartAt": "Publish", "States": {"Publish": task}}))["stateMachineArn"]
execution = sfn.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
for _ in range(50):
    status = sfn.describe_execution(executionArn=execution)["status"]
    if status != "RUNNING":
        break
    time.sleep(0.2)
print(f"by SDK: {by_sdk}; by Step Functions: {status}, {seen()}")
PY
said=$(venv/bin/python publish.py "http://127.0.0.1:$port")
echo "$said"
[ "$said" = "by SDK: filtered 1, all 1 with kind=blind; by Step Functions: SUCCEEDED, filtered 0, all 1 with no attribute" ]
