"""AWS X-Ray's three operations through boto3: xray.py URL. Prints each typed exception it saw."""

import datetime
import json
import sys

from boto import XRAY_DOCUMENT, client, document, refused

xray = client("xray", sys.argv[1])
now = datetime.datetime.now(datetime.timezone.utc)

assert xray.list_resource_policies()["ResourcePolicies"] == []
first = xray.put_resource_policy(PolicyName="p", PolicyDocument=XRAY_DOCUMENT)["ResourcePolicy"]
assert first["PolicyName"] == "p", first
assert json.loads(first["PolicyDocument"]) == json.loads(XRAY_DOCUMENT), first
assert abs(first["LastUpdatedTime"] - now) < datetime.timedelta(minutes=5), first
[listed] = xray.list_resource_policies()["ResourcePolicies"]
assert listed == first, (listed, first)

other = document({"Service": "sns.amazonaws.com"}, "xray:GetSamplingRules")
second = xray.put_resource_policy(
    PolicyName="p", PolicyDocument=other, PolicyRevisionId=first["PolicyRevisionId"]
)["ResourcePolicy"]
assert second["PolicyRevisionId"] != first["PolicyRevisionId"], second
put = xray.put_resource_policy
stale = "InvalidPolicyRevisionIdException"
refused(xray, stale, put, PolicyName="p", PolicyDocument=other, PolicyRevisionId=first["PolicyRevisionId"])
refused(xray, stale, put, PolicyName="p", PolicyDocument=other, PolicyRevisionId="0")
refused(xray, stale, xray.delete_resource_policy, PolicyName="p", PolicyRevisionId=first["PolicyRevisionId"])
refused(xray, "MalformedPolicyDocumentException", put, PolicyName="p", PolicyDocument="{")
refused(xray, "PolicySizeLimitExceededException", put, PolicyName="p", PolicyDocument=other + " " * 5120)
refused(xray, "InvalidRequestException", xray.list_resource_policies, NextToken="x")
refused(xray, "InvalidRequestException", xray.delete_resource_policy, PolicyName="not a name")

lockout = document("*", "xray:PutResourcePolicy", effect="Deny")
refused(xray, "LockoutPreventionException", put, PolicyName="p", PolicyDocument=lockout)
put(PolicyName="p", PolicyDocument=lockout, BypassPolicyLockoutCheck=True)

for name in "abcd":
    put(PolicyName=name, PolicyDocument=XRAY_DOCUMENT, PolicyRevisionId="0")
refused(xray, "PolicyCountLimitExceededException", put, PolicyName="e", PolicyDocument=XRAY_DOCUMENT)
pages = xray.get_paginator("list_resource_policies").paginate()
names = [policy["PolicyName"] for page in pages for policy in page["ResourcePolicies"]]
assert sorted(names) == ["a", "b", "c", "d", "p"], names
for name in names:
    xray.delete_resource_policy(PolicyName=name)
assert xray.list_resource_policies()["ResourcePolicies"] == []
