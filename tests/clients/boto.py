"""What the scenarios share: clients of one endpoint, documents, and refusals by typed exceptions."""

import json

import boto3
from botocore.config import Config


def client(service, url, secret="test", validated=True):
    """A client that tries once. Unvalidated, it leaves every check of the input to the endpoint."""
    return boto3.client(
        service,
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=validated),
    )


def document(principal, action, effect="Allow"):
    statement = {"Effect": effect, "Principal": principal, "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


XRAY_DOCUMENT = document({"Service": "sns.amazonaws.com"}, "xray:PutTraceSegments")
PROJECT_DOCUMENT = document({"AWS": "arn:aws:iam::111122223333:root"}, "rekognition:CopyProjectVersion")


def refused(client, exception, call, **arguments):
    """Makes a call that has to raise this typed exception, with status and request id."""
    try:
        answer = call(**arguments)
    except getattr(client.exceptions, exception) as error:
        metadata = error.response["ResponseMetadata"]
        assert error.response["Error"]["Code"] == exception, error.response
        assert metadata["HTTPStatusCode"] >= 400, metadata
        assert metadata["RequestId"], metadata
        print(exception)
        return error
    raise AssertionError(f"no {exception} but {answer}")
