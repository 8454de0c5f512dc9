"""Requests that boto3 signs, at an endpoint that verifies signatures: signed.py URL."""

import sys

from botocore.exceptions import ClientError

from boto import XRAY_DOCUMENT, client

url = sys.argv[1]
xray = client("xray", url)
xray.put_resource_policy(PolicyName="p", PolicyDocument=XRAY_DOCUMENT)
assert len(xray.list_resource_policies()["ResourcePolicies"]) == 1
arn = client("rekognition", url).create_project(ProjectName="p")["ProjectArn"]
assert arn.endswith(tuple("0123456789")), arn

for service, operation in [("xray", "list_resource_policies"), ("rekognition", "describe_projects")]:
    try:
        answer = getattr(client(service, url, secret="wrong"), operation)()
    except ClientError as error:
        assert error.response["Error"]["Code"] == "InvalidSignatureException", error
    else:
        raise AssertionError(f"{operation} with a wrong signature: {answer}")
