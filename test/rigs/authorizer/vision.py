"""Authorization in front of the emulated vision services: a proxy that asks MiniStack whether the caller may.

Actions and their resources are those of the Service Authorization Reference. Where AWS names a permission without its
resource, the caller must have it on every one that may be meant.
"""

import base64
import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import clients
from ministack import app
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region, set_request_account_id, set_request_region
from ministack.core.router import extract_access_key_id, extract_region

HOST = "127.0.0.1"
# Where a test says which actions on S3 a manifest takes, as a JSON list; at first all that are documented.
MANIFEST_ACTIONS_PATH = "/_authorizer/manifest-actions"
manifest_actions = [
    "s3:GetBucketLocation", "s3:GetBucketAcl", "s3:ListBucket",
    "s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectAcl", "s3:GetObjectTagging",
]
# Where a test names the buckets whose images are read when a dataset is filled, as a JSON list; at first none. Whether the services
# read images then is not published.
IMAGE_BUCKETS_PATH = "/_authorizer/image-buckets"
image_buckets = []
SETTINGS = {MANIFEST_ACTIONS_PATH: manifest_actions, IMAGE_BUCKETS_PATH: image_buckets}


def serve(emulator: str) -> str:
    """Starts it in front of the emulator at this URL; returns its own."""
    upstream = urlsplit(emulator).netloc
    server = ThreadingHTTPServer((HOST, 0), type("VisionProxy", (Proxy,), {"upstream": upstream}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://{HOST}:{server.server_port}"


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body go out apart; without this the second waits for the client's acknowledgement of the first.
    disable_nagle_algorithm = True

    def handle_request(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path in SETTINGS:
            SETTINGS[self.path][:] = json.loads(body)
            return self.answer(200, {}, b"")
        caller = self.pin_caller(body)
        service, checks = checks_of(self.command, urlsplit(self.path).path, self.headers, body)
        for action, resource in checks:
            refused = iam_evaluator.enforce(caller, action, action.split(":")[0], get_region(), resource_arn=resource)
            if refused:
                return self.answer(*denial(service, refused, action, resource))
        connection = http.client.HTTPConnection(self.upstream)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        self.answer(answer.status, dict(answer.headers), content)

    do_GET = do_POST = do_PATCH = do_DELETE = handle_request

    def pin_caller(self, body):
        """Tells MiniStack who calls and what was signed, as it does for its own services; returns the access key."""
        url = urlsplit(self.path)
        query = parse_qs(url.query, keep_blank_values=True)
        authorization = {"authorization": self.headers.get("Authorization", "")}
        key = extract_access_key_id(authorization, query) or ""
        set_request_account_id(app._request_account_scope(key))
        set_request_region(extract_region(authorization, query))
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()]
        iam_evaluator.pin_signed_request(self.command, url.path, query, headers)
        iam_evaluator.pin_signed_body(body)
        iam_evaluator.pin_request_origin(HOST, True)
        return key

    def answer(self, status, headers, body):
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in ("connection", "keep-alive", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """The decisions are the log."""


def checks_of(method, path, headers, body):
    """The service that a call is for, and the actions with their resources that its caller must be allowed."""
    members = json.loads(body or b"{}")
    if target := headers.get("X-Amz-Target"):
        return "rekognition", rekognition_checks(target.split(".")[1], members)
    return "lookoutvision", lookoutvision_checks(method, path, members)


def rekognition_checks(operation, members):
    yield from ((f"rekognition:{operation}", resource) for resource in rekognition_resources(operation, members))
    if members.get("Tags") and operation == "CreateDataset":
        # The reference demands TagResource without its resource: the project in the request, or the dataset to be.
        project = members["ProjectArn"]
        dataset = f"{project.rpartition('/')[0]}/dataset/{members['DatasetType'].lower()}/0"
        yield from (("rekognition:TagResource", resource) for resource in (project, dataset))
    source = members.get("DatasetSource") or {}
    if "DatasetArn" in source:
        yield "rekognition:ListDatasetEntries", source["DatasetArn"]
    yield from manifest_checks(source, "Name")
    if operation == "UpdateDatasetEntries":
        yield from image_checks(base64.b64decode(members["Changes"]["GroundTruth"]))


def rekognition_resources(operation, members):
    if operation in ("CreateProject", "DescribeProjects"):
        return ["*"]
    if operation == "DistributeDatasetEntries":
        return [dataset["Arn"] for dataset in members["Datasets"]]
    return [next(members[name] for name in ("DatasetArn", "ProjectArn", "ResourceArn") if name in members)]


# By method and number of names behind the root: a project, "datasets", a type, "entries".
LOOKOUTVISION = {
    ("POST", 0): "CreateProject",
    ("GET", 0): "ListProjects",
    ("GET", 1): "DescribeProject",
    ("DELETE", 1): "DeleteProject",
    ("POST", 2): "CreateDataset",
    ("GET", 3): "DescribeDataset",
    ("DELETE", 3): "DeleteDataset",
    ("GET", 4): "ListDatasetEntries",
    ("PATCH", 4): "UpdateDatasetEntries",
}


def lookoutvision_checks(method, path, members):
    names = path.removeprefix("/2020-11-20/projects").split("/")[1:]
    if names[1:2] not in ([], ["datasets"]):
        raise ValueError(f"no permissions are known for {method} {path}")
    action = LOOKOUTVISION[method, len(names)]
    # Datasets have no ARN: their actions know no resources.
    project = members.get("ProjectName") or unquote(names[0]) if action.endswith("Project") else None
    arn = f"arn:aws:lookoutvision:{get_region()}:{get_account_id()}:project/{project}" if project else "*"
    yield f"lookoutvision:{action}", arn
    yield from manifest_checks(members.get("DatasetSource") or {}, "Key")
    if action == "UpdateDatasetEntries":
        yield from image_checks(base64.b64decode(members["Changes"]))


def manifest_checks(source, key):
    """Both services read a manifest, and look at its bucket, with the permissions of the caller.

    Which of the documented permissions they need is not published, so here they need them all.
    """
    manifest = (source.get("GroundTruthManifest") or {}).get("S3Object")
    if manifest:
        yield from read_checks(manifest["Bucket"], manifest[key])
        if image_buckets:
            yield from image_checks(clients.client("s3").get_object(Bucket=manifest["Bucket"], Key=manifest[key])["Body"].read())


def image_checks(lines):
    for line in lines.splitlines() if image_buckets else ():
        bucket, _, key = json.loads(line)["source-ref"].removeprefix("s3://").partition("/")
        if bucket in image_buckets:
            yield from read_checks(bucket, key)


def read_checks(bucket, key):
    arn = f"arn:aws:s3:::{bucket}"
    for action in manifest_actions:
        yield action, arn if "Bucket" in action else f"{arn}/{key}"


def denial(service, refused, action, resource):
    if isinstance(refused, iam_evaluator.AuthError):
        code, message = refused.code, refused.message
    else:
        code = "AccessDeniedException"
        message = f"User: {refused.principal_arn} is not authorized to perform: {action} on resource: {resource}"
    status, media = (400, "application/x-amz-json-1.1") if service == "rekognition" else (403, "application/json")
    return status, {"Content-Type": media, "x-amzn-errortype": code}, json.dumps({"__type": code, "Message": message}).encode()
