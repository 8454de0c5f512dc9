"""An emulator of the ten operations, written from the documents alone.

Where the documents leave a choice it chooses differently from the embedded reference, so that a rule
that mistakes one reading for the only one shows here. It knows nothing of the suite.

    emulator.py [--port N]      prints its URL once it listens
"""

import argparse
import json
import re
import threading
import time
import unicodedata
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOCK = threading.RLock()
PROJECT_ARN = re.compile(
    r"arn:[a-z0-9-]+:rekognition:([a-z0-9-]+):([0-9]{12}):project/([a-zA-Z0-9_.\-]{1,255})/([0-9]+)"
)
NAME = re.compile(r"[a-zA-Z0-9_.\-]+")
SETTLE = 0.15  # seconds that a project takes to come and to go


class Refused(Exception):
    def __init__(self, code, message, status=400):
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


class Shape:
    """Checks one member of an input."""

    def __init__(self, kind, low=None, high=None, pattern=None, required=False, enum=None, item=None):
        self.kind, self.low, self.high = kind, low, high
        self.pattern, self.required, self.enum, self.item = pattern, required, enum, item

    def check(self, name, value, bad):
        if not isinstance(value, self.kind) or (self.kind is int and isinstance(value, bool)):
            raise Refused("SerializationException", f"{name} has the wrong type")
        if isinstance(value, bool):
            return
        size = value if isinstance(value, int) else len(value)
        if self.low is not None and size < self.low or self.high is not None and size > self.high:
            raise Refused(bad, f"{name} is out of its bounds")
        if self.pattern and not re.fullmatch(self.pattern, value):
            raise Refused(bad, f"{name} does not match its pattern")
        if self.enum and value not in self.enum:
            raise Refused(bad, f"{name} is none of {self.enum}")
        if self.item and isinstance(value, list):
            for one in value:
                self.item.check(name, one, bad)


def text(low=None, high=None, pattern=None, required=False, enum=None):
    return Shape(str, low, high, pattern, required, enum)


ARN = text(20, 2048, PROJECT_ARN.pattern, True)
POLICY_NAME = text(1, 128, NAME.pattern, True)
REVISION = text(0, 64, "[0-9A-Fa-f]*")
TOKEN = text(0, 1024)


def structure(members):
    class Structure(Shape):
        def check(self, name, value, bad):
            if not isinstance(value, dict):
                raise Refused("SerializationException", f"{name} has the wrong type")
            validate(members, value, bad)

    return Structure(dict, required=True)


class Tags(Shape):
    def __init__(self):
        super().__init__(dict, 0, 200)

    def check(self, name, value, bad):
        super().check(name, value, bad)
        for key, one in value.items():
            text(1, 128).check(name, key, bad)
            text(0, 256).check(name, one, bad)
            # Letters, separators and numbers of any alphabet, which re has no names for.
            fits = all(c in "_.:/=+-@" or unicodedata.category(c)[0] in "LZN" for c in key + one)
            if not fits or key.startswith("aws:"):
                raise Refused(bad, f"{name} does not match its pattern")


S3_BUCKET = text(3, 255, r"[0-9A-Za-z.\-_]*")
REKOGNITION = {
    "PutProjectPolicy": {
        "ProjectArn": ARN,
        "PolicyName": POLICY_NAME,
        "PolicyRevisionId": REVISION,
        "PolicyDocument": text(1, 2000, "[\t\n\r -\u00ff]+", True),
    },
    "ListProjectPolicies": {"ProjectArn": ARN, "NextToken": TOKEN, "MaxResults": Shape(int, 1, 5)},
    "DeleteProjectPolicy": {"ProjectArn": ARN, "PolicyName": POLICY_NAME, "PolicyRevisionId": REVISION},
    "CopyProjectVersion": {
        "SourceProjectArn": ARN,
        "SourceProjectVersionArn": text(
            20,
            2048,
            r"arn:[a-z0-9-]+:rekognition:[a-z0-9-]+:[0-9]{12}:project/[a-zA-Z0-9_.\-]{1,255}/version/[a-zA-Z0-9_.\-]{1,255}/[0-9]+",
            True,
        ),
        "DestinationProjectArn": ARN,
        "VersionName": text(1, 255, NAME.pattern, True),
        "OutputConfig": structure({"S3Bucket": S3_BUCKET, "S3KeyPrefix": text(0, 1024)}),
        "Tags": Tags(),
        "KmsKeyId": text(1, 2048, "[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,2048}"),
    },
    "CreateProject": {
        "ProjectName": text(1, 255, NAME.pattern, True),
        "Feature": text(enum=("CONTENT_MODERATION", "CUSTOM_LABELS")),
        "AutoUpdate": text(enum=("ENABLED", "DISABLED")),
        "Tags": Tags(),
    },
    "DescribeProjects": {
        "NextToken": TOKEN,
        "MaxResults": Shape(int, 1, 100),
        "ProjectNames": Shape(list, 1, 10, item=text(1, 255, NAME.pattern)),
        "Features": Shape(list, 1, 2, item=text(enum=("CONTENT_MODERATION", "CUSTOM_LABELS"))),
    },
    "DeleteProject": {"ProjectArn": ARN},
}
XRAY = {
    "PutResourcePolicy": {
        "PolicyName": text(1, 128, "[A-Za-z0-9_+=,.@-]+", True),
        "PolicyDocument": text(required=True),
        "PolicyRevisionId": text(),
        "BypassPolicyLockoutCheck": Shape(bool),
    },
    "ListResourcePolicies": {"NextToken": text(1, 100)},
    "DeleteResourcePolicy": {"PolicyName": text(1, 128, "[A-Za-z0-9_+=,.@-]+", True), "PolicyRevisionId": text()},
}


def validate(members, given, bad):
    for name in given:
        if name not in members:
            raise Refused("SerializationException", f"{name} is unknown")
    for name, shape in members.items():
        value = given.get(name)
        if value is None:
            if shape.required:
                raise Refused(bad, f"{name} must not be null")
            if name in given:
                raise Refused("SerializationException", f"{name} is null")
            continue
        shape.check(name, value, bad)


def statements(document, needed, malformed):
    """The statements of a policy document; refuses what is none."""

    def no_number(word):
        raise ValueError(f"{word} is not JSON")

    try:
        policy = json.loads(document, parse_constant=no_number)
    except (ValueError, RecursionError):
        raise Refused(malformed, "the document is not JSON") from None
    found = policy.get("Statement") if isinstance(policy, dict) else None
    found = [found] if isinstance(found, dict) else found
    if not isinstance(found, list) or not found:
        raise Refused(malformed, "the document has no statement")
    for one in found:
        if not isinstance(one, dict) or any(not one.get(key) for key in needed):
            raise Refused(malformed, "a statement lacks " + ", ".join(needed))
        if one["Effect"] not in ("Allow", "Deny"):
            raise Refused(malformed, "Effect is Allow or Deny")
    return found


def listed(value):
    return value if isinstance(value, list) else [value]


class Rekognition:
    bad = "InvalidParameterException"
    members = REKOGNITION
    content_type = "application/x-amz-json-1.1"

    def __init__(self, account, region):
        self.account, self.region = account, region
        self.projects = {}
        self.tokens = {}
        self.last_stamp = 0

    def project(self, arn):
        region, account, _, _ = PROJECT_ARN.fullmatch(arn).groups()
        if (region, account) != (self.region, self.account):
            raise Refused("AccessDeniedException", "that project is not yours")
        project = self.projects.get(arn)
        if project is None or project["gone"]:
            raise Refused("ResourceNotFoundException", f"the project {arn} does not exist")
        return project

    def sweep(self):
        for arn, project in list(self.projects.items()):
            if project["gone"] and time.time() >= project["gone"]:
                del self.projects[arn]

    def page(self, key, items, given, most):
        """A page of a listing and the token of the next one, each good for one listing."""
        token, size = given.get("NextToken"), given.get("MaxResults", most)
        start = 0
        if token:
            issued, start = self.tokens.get(token, (None, 0))
            if issued != key:
                raise Refused("InvalidPaginationTokenException", "Invalid Pagination Token")
        page = items[start : start + size]
        following = ""
        if start + size < len(items):
            following = uuid.uuid4().hex
            self.tokens[following] = (key, start + size)
        return page, following

    def PutProjectPolicy(self, given):
        project = self.project(given["ProjectArn"])
        malformed = "MalformedPolicyDocumentException"
        for one in statements(
            given["PolicyDocument"], ("Effect", "Principal", "Action", "Resource"), malformed
        ):
            if {"NotAction", "NotResource", "NotPrincipal"} & one.keys():
                raise Refused(malformed, "Not... is not supported")
            if listed(one["Action"]) != ["rekognition:CopyProjectVersion"]:
                raise Refused(malformed, "the only action is rekognition:CopyProjectVersion")
        if project["Feature"] == "CONTENT_MODERATION":
            raise Refused("InvalidParameterException", "project policies are for Custom Labels")
        policies, name = project["policies"], given["PolicyName"]
        revision = given.get("PolicyRevisionId")
        present = policies.get(name)
        if present is None and revision:
            raise Refused("ResourceNotFoundException", "there is no such policy")
        if present is not None and (revision or "").upper() != present["PolicyRevisionId"]:
            raise Refused("InvalidPolicyRevisionIdException", "that is not the current revision")
        if present is None and len(policies) >= 5:
            raise Refused("ServiceQuotaExceededException", "5 policies a project")
        now = time.time()
        policies[name] = {
            "ProjectArn": given["ProjectArn"],
            "PolicyName": name,
            "PolicyRevisionId": uuid.uuid4().hex.upper(),
            "PolicyDocument": given["PolicyDocument"],
            "CreationTimestamp": present["CreationTimestamp"] if present else now,
            "LastUpdatedTimestamp": now,
        }
        return {"PolicyRevisionId": policies[name]["PolicyRevisionId"]}

    def ListProjectPolicies(self, given):
        project = self.project(given["ProjectArn"])
        items = sorted(project["policies"].values(), key=lambda policy: policy["PolicyName"], reverse=True)
        page, following = self.page(given["ProjectArn"], items, given, 5)
        return {"ProjectPolicies": page, "NextToken": following}

    def DeleteProjectPolicy(self, given):
        policies = self.project(given["ProjectArn"])["policies"]
        present, revision = policies.get(given["PolicyName"]), given.get("PolicyRevisionId")
        if present is None:
            raise Refused("ResourceNotFoundException", "there is no such policy")
        if revision is not None and revision.upper() != present["PolicyRevisionId"]:
            raise Refused("InvalidPolicyRevisionIdException", "that is not the current revision")
        del policies[given["PolicyName"]]
        return None

    def CopyProjectVersion(self, given):
        self.project(given["SourceProjectArn"])
        self.project(given["DestinationProjectArn"])
        raise Refused("ResourceNotFoundException", "no such version: nothing is ever trained here")

    def CreateProject(self, given):
        name = given["ProjectName"]
        if any(project["ProjectName"] == name for project in self.projects.values()):
            raise Refused("ResourceInUseException", f"{name} is in use")
        stamp = self.last_stamp = max(int(time.time() * 1000), self.last_stamp + 1)
        arn = f"arn:aws:rekognition:{self.region}:{self.account}:project/{name}/{stamp}"
        self.projects[arn] = {
            "ProjectArn": arn,
            "ProjectName": name,
            "Feature": given.get("Feature", "CUSTOM_LABELS"),
            "CreationTimestamp": time.time(),
            "policies": {},
            "gone": None,
        }
        return {"ProjectArn": arn}

    def DescribeProjects(self, given):
        features = given.get("Features", ["CUSTOM_LABELS"])
        names = given.get("ProjectNames")
        found = []
        for project in self.projects.values():
            if project["Feature"] not in features or names is not None and project["ProjectName"] not in names:
                continue
            coming = time.time() < project["CreationTimestamp"] + SETTLE
            status = "DELETING" if project["gone"] else "CREATING" if coming else "CREATED"
            shown = ("ProjectArn", "CreationTimestamp", "Feature")
            found.append({key: project[key] for key in shown} | {"Status": status, "Datasets": []})
        found.sort(key=lambda project: project["CreationTimestamp"], reverse=True)
        page, following = self.page(repr((features, names)), found, given, 100)
        return {"ProjectDescriptions": page, "NextToken": following}

    def DeleteProject(self, given):
        project = self.project(given["ProjectArn"])
        project["gone"] = time.time() + SETTLE
        project["policies"] = {}
        return {"Status": "DELETING"}


class XRay:
    bad = "InvalidRequestException"
    members = XRAY
    content_type = "application/json"
    MOST = 10

    def __init__(self):
        self.policies = {}

    def PutResourcePolicy(self, given):
        document, name = given["PolicyDocument"], given["PolicyName"]
        if len(document.encode("utf-8", "surrogatepass")) > 5120:
            raise Refused("PolicySizeLimitExceededException", "at most 5120 bytes")
        found = statements(document, ("Effect", "Principal", "Action"), "MalformedPolicyDocumentException")
        own = {"xray:PutResourcePolicy", "xray:*", "*"}
        for one in found:
            denies = one["Effect"] == "Deny" and own & {a for a in listed(one["Action"]) if isinstance(a, str)}
            if denies and not given.get("BypassPolicyLockoutCheck"):
                raise Refused("LockoutPreventionException", "nobody could put a policy any more")
        present, revision = self.policies.get(name), given.get("PolicyRevisionId")
        current = present["PolicyRevisionId"] if present else "0"
        if revision is not None and revision != current:
            raise Refused("InvalidPolicyRevisionIdException", "that is not the current revision")
        if present is None and len(self.policies) >= self.MOST:
            raise Refused("PolicyCountLimitExceededException", "10 policies an account")
        self.policies[name] = {
            "PolicyName": name,
            "PolicyDocument": document,
            "PolicyRevisionId": str(int(current) + 3),
            "LastUpdatedTime": round(time.time(), 3),
        }
        return {"ResourcePolicy": self.policies[name]}

    def ListResourcePolicies(self, given):
        if "NextToken" in given:
            raise Refused("InvalidRequestException", "NextToken is currently not supported")
        return {"ResourcePolicies": list(self.policies.values())}

    def DeleteResourcePolicy(self, given):
        present, revision = self.policies.get(given["PolicyName"]), given.get("PolicyRevisionId")
        if present is None:
            raise Refused("ResourceNotFoundException", "there is no such policy")
        if revision is not None and revision != present["PolicyRevisionId"]:
            raise Refused("InvalidPolicyRevisionIdException", "that is not the current revision")
        del self.policies[given["PolicyName"]]
        return None


ACCOUNT = "123456789012"
SERVICES = {}


def service_of(target, region):
    """Rekognition has a state for each region, X-Ray one for the whole account."""
    if target:
        return SERVICES.setdefault(("rekognition", region), Rekognition(ACCOUNT, region))
    return SERVICES.setdefault("xray", XRay())


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, content_type, code=None):
        data = b"" if body is None else json.dumps(body).encode()
        head = [f"HTTP/1.1 {status} {self.responses.get(status, ('',))[0]}", f"x-amzn-RequestId: {uuid.uuid4()}"]
        if data:
            head.append(f"Content-Type: {content_type}")
        if code:
            head.append(f"x-amzn-ErrorType: {code}")
        head.append(f"Content-Length: {len(data)}")
        # In one piece: two would wait for a delayed acknowledgement.
        self.wfile.write("\r\n".join(head).encode() + b"\r\n\r\n" + data)

    def do_POST(self):
        target = self.headers.get("X-Amz-Target")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/", self.headers.get("Authorization") or "")
        service = service_of(target, scope.group(1) if scope else "us-east-1")
        try:
            with LOCK:
                output = self.operate(service, target, body)
        except Refused as refused:
            # Each protocol says the code in the place that is its own.
            rest = isinstance(service, XRay)
            said = {"Message": refused.message} if rest else {"__type": refused.code, "Message": refused.message}
            self.answer(refused.status, said, service.content_type, refused.code if rest else None)
            return
        self.answer(200, output, service.content_type)

    def operate(self, service, target, body):
        if target:
            prefix, _, name = target.partition(".")
            known = prefix == "RekognitionService" and name in service.members
        else:
            name = self.path.strip("/")
            known = self.path == f"/{name}" and name in service.members
        if not known:
            raise Refused("UnknownOperationException", "no such operation")
        kind = (self.headers.get("Content-Type") or "").split(";")[0].strip().lower()
        if kind and kind != service.content_type:
            raise Refused("UnsupportedMediaTypeException", "another content type", 415)
        try:
            given = json.loads(body) if body else {}
        except (ValueError, RecursionError):
            raise Refused("SerializationException", "the body is not JSON") from None
        if not isinstance(given, dict):
            raise Refused("SerializationException", "the body is no object")
        if isinstance(service, Rekognition):
            service.sweep()
        validate(service.members[name], given, service.bad)
        return getattr(service, name)(given)

    def other(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer(405, {"message": "POST alone"}, "application/json", "UnknownOperationException")

    do_GET = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = other


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, default=0)
    server = ThreadingHTTPServer(("127.0.0.1", arguments.parse_args().port), Handler)
    server.daemon_threads = True
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
