"""Makes good calls and bad ones until one is refused by a typed exception: provoke.py URL SERVICE
EXCEPTION."""

import sys

from botocore.exceptions import ClientError

from boto import PROJECT_DOCUMENT, client

_, url, service, exception = sys.argv
client = client(service, url, validated=False)


def calls():
    if service == "xray":
        yield from [(client.list_resource_policies, {})] * 10
        return
    arn = client.create_project(ProjectName="p")["ProjectArn"]
    yield client.list_project_policies, {"ProjectArn": arn, "MaxResults": 6}
    for name in "abcdefghijk":
        yield client.put_project_policy, {"ProjectArn": arn, "PolicyName": name, "PolicyDocument": PROJECT_DOCUMENT}


for call, arguments in calls():
    try:
        call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] == exception:
            assert isinstance(error, getattr(client.exceptions, exception)), error
            print(exception)
            break
else:
    raise AssertionError(f"nothing is refused by {exception}")
