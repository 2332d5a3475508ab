"""What the parts of the run share: comparing, images, objects, and the emulator's own interface."""

import contextlib
import io
import json
import os
import urllib.request

import boto3
import numpy as np
from skimage.io import imsave

BUCKET = "parts"
EMULATOR = os.environ["AWS_ENDPOINT_URL_LOOKOUTVISION"]
objects = boto3.client("s3")
counts = {"checks": 0}


def same(actual, expected):
    counts["checks"] += 1
    if actual != expected:
        raise AssertionError(f"expected {expected!r}\n     but got {actual!r}")


def refused(call, code, status, **parameters):
    """The members of a refusal that has this name and status."""
    try:
        call(**parameters)
    except call.__self__.exceptions.ClientError as error:
        same((error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]), (code, status))
        same(type(error).__name__, code)
        return error.response
    raise AssertionError(f"{call.__name__} was not refused with {code}")


def said(call, *args, **kwargs):
    """What a call returns, and what it printed."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        result = call(*args, **kwargs)
    return result, printed.getvalue()


def control(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{EMULATOR}/_emulator{path}", data, method=method)) as answer:
        return json.load(answer)


def put_images(prefix, count, start=0):
    for i in range(start, start + count):
        objects.put_object(Bucket=BUCKET, Key=f"{prefix}/{i:04}.png", Body=b"png")


def draw(folder, count, size=(80, 64)):
    os.makedirs(folder, exist_ok=True)
    for i in range(count):
        imsave(f"{folder}/{folder}-{i:02}.png", np.full((*size, 3), i, dtype=np.uint8), check_contrast=False)


def keys(prefix):
    return [item["Key"] for item in objects.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])]
