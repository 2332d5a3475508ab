"""Custom::CDKBucketDeployment: what aws-cdk-lib's handler for BucketDeployment does, without the AWS CLI it calls.

The properties and their defaults are those of aws-cdk-lib/custom-resource-handlers/…/bucket-deployment-handler.
"""

import fnmatch
import io
import json
import mimetypes
import uuid
import zipfile

from clients import client

SYSTEM_METADATA = {
    "cache-control": "CacheControl",
    "content-disposition": "ContentDisposition",
    "content-encoding": "ContentEncoding",
    "content-language": "ContentLanguage",
    "content-type": "ContentType",
    "sse": "ServerSideEncryption",
    "storage-class": "StorageClass",
    "website-redirect": "WebsiteRedirectLocation",
    "sse-kms-key-id": "SSEKMSKeyId",
    "acl": "ACL",
}


def create(logical_id, properties, stack_name):
    deploy(properties)
    return f"aws.cdk.s3deployment.{uuid.uuid4()}", attributes(properties)


def update(physical_id, old, new, stack_name):
    if not is_true(new, "RetainOnDelete") and destination(old) != destination(new):
        empty(*destination(old))
    deploy(new)
    return physical_id, attributes(new)


def delete(physical_id, properties):
    if is_true(properties, "RetainOnDelete"):
        return
    bucket, prefix = destination(properties)
    # A deployment that took this one's place under the same prefix has tagged the bucket; its objects stay.
    if not is_owned(bucket, prefix):
        empty(bucket, prefix)


def deploy(properties):
    if properties.get("DistributionId"):
        raise ValueError("the local cloud has no CloudFront to invalidate; leave out `distribution`")
    s3 = client("s3")
    bucket, prefix = destination(properties)
    selected = selection(properties)
    wanted = {key: body for key, body in source_files(s3, properties).items() if selected(key)}
    present = {key[len(prefix):] for key in keys(s3, bucket, prefix)}
    for key, body in wanted.items():
        s3.put_object(Bucket=bucket, Key=prefix + key, Body=body, **metadata(key, properties))
    if is_true(properties, "Prune"):
        for key in present - wanted.keys():
            if selected(key):
                s3.delete_object(Bucket=bucket, Key=prefix + key)


def source_files(s3, properties):
    """{path: bytes} of every source, later sources over earlier ones, deploy-time markers replaced."""
    buckets, names = properties["SourceBucketNames"], properties["SourceObjectKeys"]
    markers = properties.get("SourceMarkers") or [{}] * len(buckets)
    configs = properties.get("SourceMarkersConfig") or [{}] * len(buckets)
    files = {}
    for bucket, name, values, config in zip(buckets, names, markers, configs, strict=True):
        body = s3.get_object(Bucket=bucket, Key=name)["Body"].read()
        if not is_true(properties, "Extract"):
            files[name.rsplit("/", 1)[-1]] = body
            continue
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for entry in archive.infolist():
                if not entry.is_dir():
                    files[entry.filename] = replace_markers(archive.read(entry), values, config)
    return files


def replace_markers(body, values, config):
    for marker, value in values.items():
        if is_true(config, "jsonEscape", "false"):
            value = json.dumps(value)
            value = value[1:-1] if value.startswith('"') else value
        body = body.replace(marker.encode(), value.encode())
    return body


def selection(properties):
    """The filter of `aws s3 sync`: everything, then the excludes, then the includes; the last that matches decides."""
    excludes, includes = properties.get("Exclude") or [], properties.get("Include") or []

    def selected(key):
        if any(fnmatch.fnmatch(key, pattern) for pattern in includes):
            return True
        return not any(fnmatch.fnmatch(key, pattern) for pattern in excludes)

    return selected


def metadata(key, properties):
    guessed = mimetypes.guess_type(key)[0]
    arguments = {"ContentType": guessed} if guessed else {}
    arguments |= {SYSTEM_METADATA[name.lower()]: value for name, value in (properties.get("SystemMetadata") or {}).items()}
    user = properties.get("UserMetadata") or {}
    return arguments | ({"Metadata": {name.lower(): value for name, value in user.items()}} if user else {})


def destination(properties):
    """(bucket, key prefix that is empty or ends with a slash)."""
    prefix = properties.get("DestinationBucketKeyPrefix", "").rstrip("/")
    return properties["DestinationBucketName"], f"{prefix}/" if prefix else ""


def keys(s3, bucket, prefix):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [item["Key"] for page in pages for item in page.get("Contents", [])]


def empty(bucket, prefix):
    s3 = client("s3")
    try:
        for key in keys(s3, bucket, prefix):
            s3.delete_object(Bucket=bucket, Key=key)
    except s3.exceptions.NoSuchBucket:
        pass


def is_owned(bucket, prefix):
    s3 = client("s3")
    owner = "aws-cdk:cr-owned" + (f":{prefix.rstrip('/')}" if prefix else "")
    try:
        tags = s3.get_bucket_tagging(Bucket=bucket)["TagSet"]
    except s3.exceptions.ClientError:
        return False
    return any(tag["Key"].startswith(owner) for tag in tags)


def attributes(properties):
    names = properties["SourceObjectKeys"] if is_true(properties, "OutputObjectKeys") else []
    return {"DestinationBucketArn": properties.get("DestinationBucketArn"), "SourceObjectKeys": names}


def is_true(properties, name, default="true"):
    """Properties of a custom resource arrive as strings in AWS, as booleans from a template here."""
    return str(properties.get(name, default)).lower() == "true"


HANDLERS = {"create": create, "update": update, "delete": delete}
