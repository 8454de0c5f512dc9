"""The sandbox as boto3 sees it, with the network and the credentials of the environment: sandbox.py ACCOUNT."""

import sys

import boto3
from botocore.config import Config

from boto import PROJECT_DOCUMENT, XRAY_DOCUMENT

config = Config(retries={"total_max_attempts": 1})
sts, rekognition, xray = (boto3.client(service, config=config) for service in ("sts", "rekognition", "xray"))

identity = sts.get_caller_identity()
assert identity["Account"] == sys.argv[1], identity

arn = rekognition.create_project(ProjectName="boto")["ProjectArn"]
assert arn.split(":")[4] == sys.argv[1], arn
project = {"ProjectArn": arn, "PolicyName": "p"}
revision = rekognition.put_project_policy(**project, PolicyDocument=PROJECT_DOCUMENT)["PolicyRevisionId"]
[listed] = rekognition.list_project_policies(ProjectArn=arn)["ProjectPolicies"]
assert listed["PolicyRevisionId"] == revision, listed
rekognition.delete_project_policy(**project)
assert rekognition.delete_project(ProjectArn=arn)["Status"] == "DELETING"

xray.put_resource_policy(PolicyName="boto", PolicyDocument=XRAY_DOCUMENT)
names = [policy["PolicyName"] for policy in xray.list_resource_policies()["ResourcePolicies"]]
assert names == ["somebody-elses", "boto"], names
xray.delete_resource_policy(PolicyName="boto")
