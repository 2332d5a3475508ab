"""Calls to the emulator that check what every answer has in common, and remember what was seen."""

import json
import re
import sys
import time
import urllib.request

import boto3
import botocore.exceptions
from botocore.config import Config

from lines import text

EMULATOR, S3 = sys.argv[1:3]
ACCOUNT = {"region_name": "us-east-1", "aws_access_key_id": "key", "aws_secret_access_key": "secret"}
client = boto3.client("rekognition", endpoint_url=EMULATOR, config=Config(retries={"total_max_attempts": 1}), **ACCOUNT)
path_style = Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required")
objects = boto3.client("s3", endpoint_url=S3, config=path_style, **ACCOUNT)

BUCKET = "manifests-bucket"
DATASET_ARN = "arn:aws:rekognition:us-east-1:000000000000:project/none/dataset/train/1"
PROJECT_ARN = "arn:aws:rekognition:us-east-1:000000000000:project/none/1"

counts = {"checks": 0}
operations, codes, messages = set(), set(), set()


def same(actual, expected):
    counts["checks"] += 1
    if actual != expected:
        raise AssertionError(f"expected {expected!r}\n     but got {actual!r}")


def call(operation, **parameters):
    operations.add(operation)
    answer = getattr(client, operation)(**parameters)
    metadata = answer.pop("ResponseMetadata")
    if metadata["HTTPStatusCode"] != 200 or not re.fullmatch(r"[0-9a-f-]{36}", metadata["RequestId"]):
        raise AssertionError(f"{operation} was answered with {metadata}")
    return answer


def refused(code, operation, status=400, **parameters):
    operations.add(operation)
    codes.add(code)
    try:
        getattr(client, operation)(**parameters)
    except botocore.exceptions.ClientError as error:
        same((error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]), (code, status))
        modelled = getattr(client.exceptions, code, None) if code in client.meta.service_model.shape_names else None
        same(modelled is None or isinstance(error, modelled), True)
        return error.response["Error"]["Message"]
    raise AssertionError(f"{operation} was not refused with {code}")


def control(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{EMULATOR}/_emulator{path}", data, method=method)) as answer:
        return json.load(answer)


def stuck(operation):
    control("POST", "/faults", {"operation": operation, "kind": "stuck"})


def manifest(body, key="birds.manifest"):
    objects.put_object(Bucket=BUCKET, Key=key, Body=body)
    return {"GroundTruthManifest": {"S3Object": {"Bucket": BUCKET, "Name": key}}}


def project(name):
    return call("create_project", ProjectName=name)["ProjectArn"]


def dataset(project_arn, source=None, kind="TRAIN", **more):
    if source is not None:
        more["DatasetSource"] = source
    return call("create_dataset", ProjectArn=project_arn, DatasetType=kind, **more)["DatasetArn"]


def describe(arn):
    return call("describe_dataset", DatasetArn=arn)["DatasetDescription"]


def ended(arn):
    while True:
        description = describe(arn)
        if not description["Status"].endswith("_IN_PROGRESS"):
            return description
        time.sleep(0.02)


def failed(description, message):
    messages.add(message)
    same(description["Status"].endswith("_FAILED"), True)
    same((description["StatusMessage"], description["StatusMessageCode"]), (message, "CLIENT_ERROR"))


def stats(description):
    found = description["DatasetStats"]
    return [found[name] for name in ("TotalEntries", "LabeledEntries", "TotalLabels", "ErrorEntries")]


def entries(arn, **filters):
    pages = client.get_paginator("list_dataset_entries").paginate(DatasetArn=arn, **filters)
    operations.add("list_dataset_entries")
    return [json.loads(line) for page in pages for line in page["DatasetEntries"]]


def keys(listed):
    return [entry["source-ref"].split("/")[-1] for entry in listed]


def update(arn, lines):
    changes = lines if isinstance(lines, (str, bytes)) else text(lines)
    call("update_dataset_entries", DatasetArn=arn, Changes={"GroundTruth": changes})
    return ended(arn)


def remove(arn):
    call("delete_dataset", DatasetArn=arn)
    while True:
        try:
            client.describe_dataset(DatasetArn=arn)
        except client.exceptions.ResourceNotFoundException:
            return
        time.sleep(0.02)
