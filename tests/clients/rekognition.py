"""Rekognition's seven operations through boto3: rekognition.py URL. Prints each typed exception it
saw."""

import json
import sys

from boto import PROJECT_DOCUMENT, client, refused

rekognition = client("rekognition", sys.argv[1])
put = rekognition.put_project_policy

arn = rekognition.create_project(ProjectName="p")["ProjectArn"]
refused(rekognition, "ResourceInUseException", rekognition.create_project, ProjectName="p")
waiter = [project["Status"] for project in rekognition.describe_projects(ProjectNames=["p"])["ProjectDescriptions"]]
assert waiter == ["CREATED"], waiter

first = put(ProjectArn=arn, PolicyName="p", PolicyDocument=PROJECT_DOCUMENT)["PolicyRevisionId"]
[listed] = rekognition.list_project_policies(ProjectArn=arn)["ProjectPolicies"]
assert (listed["ProjectArn"], listed["PolicyName"], listed["PolicyRevisionId"]) == (arn, "p", first), listed
assert json.loads(listed["PolicyDocument"]) == json.loads(PROJECT_DOCUMENT), listed
assert listed["CreationTimestamp"] <= listed["LastUpdatedTimestamp"], listed

policy = {"ProjectArn": arn, "PolicyName": "p", "PolicyDocument": PROJECT_DOCUMENT}
refused(rekognition, "ResourceAlreadyExistsException", put, **policy)
second = put(**policy, PolicyRevisionId=first)["PolicyRevisionId"]
assert second != first
delete = rekognition.delete_project_policy
stale = "InvalidPolicyRevisionIdException"
refused(rekognition, stale, put, **policy, PolicyRevisionId=first)
refused(rekognition, stale, delete, ProjectArn=arn, PolicyName="p", PolicyRevisionId=first)
refused(rekognition, "MalformedPolicyDocumentException", put, **{**policy, "PolicyDocument": "{"}, PolicyRevisionId=second)

for name in "abcd":
    put(ProjectArn=arn, PolicyName=name, PolicyDocument=PROJECT_DOCUMENT)
refused(rekognition, "LimitExceededException", put, ProjectArn=arn, PolicyName="e", PolicyDocument=PROJECT_DOCUMENT)
pages = rekognition.get_paginator("list_project_policies").paginate(ProjectArn=arn, MaxResults=2)
names = [policy["PolicyName"] for page in pages for policy in page["ProjectPolicies"]]
assert sorted(names) == ["a", "b", "c", "d", "p"], names
lists = rekognition.list_project_policies
refused(rekognition, "InvalidPaginationTokenException", lists, ProjectArn=arn, NextToken="x")

nowhere = arn.rsplit("/", 1)[0] + "/1690405809285"
missing = "ResourceNotFoundException"
refused(rekognition, missing, lists, ProjectArn=nowhere)
refused(rekognition, missing, put, ProjectArn=nowhere, PolicyName="p", PolicyDocument=PROJECT_DOCUMENT)
refused(rekognition, missing, delete, ProjectArn=nowhere, PolicyName="p")
refused(rekognition, missing, rekognition.delete_project, ProjectArn=nowhere)
refused(
    rekognition,
    missing,
    rekognition.copy_project_version,
    SourceProjectArn=nowhere,
    SourceProjectVersionArn=nowhere.rsplit("/", 1)[0] + "/version/v/1690405809285",
    DestinationProjectArn=arn,
    VersionName="v",
    OutputConfig={"S3Bucket": "bucket", "S3KeyPrefix": "prefix"},
)

delete(ProjectArn=arn, PolicyName="p", PolicyRevisionId=second)
assert rekognition.delete_project(ProjectArn=arn)["Status"] == "DELETING"
assert rekognition.describe_projects()["ProjectDescriptions"] == []
refused(rekognition, missing, lists, ProjectArn=arn)
