"""Uses the awslabs Python SDK for Amazon Lookout for Vision as its notebooks do.

The emulator and the S3 endpoint are given by the environment, as boto3 reads it. Prints one line of JSON.
"""

import datetime
import json
import os
import random
import tempfile
import time
import warnings
from importlib.metadata import version

import numpy as np
from lookoutvision.image import Image
from lookoutvision.lookoutvision import LookoutForVision
from lookoutvision.manifest import Manifest

from checks import BUCKET, control, counts, draw, keys, objects, put_images, refused, said, same

# The SDK looks every five seconds whether a dataset is there.
patience = time.sleep
time.sleep = lambda seconds: patience(min(seconds, 0.1))

PROJECT_ARN = "arn:aws:lookoutvision:us-east-1:000000000000:project/parts"


def stats(sdk, kind="train"):
    found = sdk.lv.describe_dataset(ProjectName=sdk.project_name, DatasetType=kind)["DatasetDescription"]["ImageStats"]
    return [found[name] for name in ("Total", "Labeled", "Normal", "Anomaly")]


def settled(sdk, kind="train"):
    while True:
        found = sdk.lv.describe_dataset(ProjectName=sdk.project_name, DatasetType=kind)["DatasetDescription"]
        if not found["Status"].endswith("IN_PROGRESS"):
            return found["Status"], found["StatusMessage"]
        patience(0.02)


def manifests_from_bucket_folders():
    """Manifests of the folders normal and anomaly, and where they are put."""
    for kind, normal, anomaly in (("training", 20, 12), ("validation", 11, 10)):
        put_images(f"line1/{kind}/normal", normal)
        put_images(f"line1/{kind}/anomaly", anomaly)
    helper = Manifest(bucket=BUCKET, s3_path="line1/", datasets=["training", "validation"])
    same((helper.get_bucket(), helper.get_datasets()), (BUCKET, ["training", "validation"]))
    made = helper.generate_manifests()
    same([len(made[kind][folder].splitlines()) for kind in made for folder in made[kind]], [20, 12, 11, 10])
    first = json.loads(made["training"]["normal"].splitlines()[0])
    same((first["source-ref"], first["auto-label"], first["auto-label-metadata"]["class-name"]),
         ("s3://parts/line1/training/normal/0000.png", 1, "normal"))
    pushed = helper.push_manifests()
    same(pushed, {kind: {"bucket": BUCKET, "key": f"line1/{kind}.manifest", "location": f"s3://{BUCKET}/line1/{kind}.manifest"}
                  for kind in ("training", "validation")})
    many = Manifest(bucket="many", s3_path="", datasets=["training"]).generate_manifests()["training"]
    same([len(many[folder].splitlines()) for folder in ("normal", "anomaly")], [1000, 1])
    return helper, pushed


def project():
    """Creating a project, or getting the one there is."""
    sdk, printed = said(LookoutForVision, project_name="parts")
    same("does not exist yet" in printed, True)
    same([said(sdk.create_project)[0] for _ in range(2)], [PROJECT_ARN] * 2)
    same(said(sdk.describe_project)[0], PROJECT_ARN)
    same([one["ProjectName"] for one in sdk.lv.list_projects()["Projects"]], ["parts"])
    return sdk


def datasets(sdk, helper, pushed):
    """Creating with a wait, and updating, which is deleting and creating."""
    made, _ = said(sdk.create_datasets, pushed, wait=True)
    same({kind: (one["DatasetType"], one["Status"], one["StatusMessage"]) for kind, one in made.items()},
         {kind: (name, "CREATE_COMPLETE", "The dataset was created successfully.") for kind, name in (("training", "train"), ("validation", "test"))})
    same([stats(sdk), stats(sdk, "test")], [[32, 32, 20, 12], [21, 21, 11, 10]])
    listed = [json.loads(line) for line in sdk.lv.list_dataset_entries(ProjectName="parts", DatasetType="train")["DatasetEntries"]]
    same({(line["auto-label-metadata"]["class-name"], line["auto-label"]) for line in listed}, {("normal", 0), ("anomaly", 1)})
    again, printed = said(sdk.create_datasets, pushed, wait=True)
    same((again, "Dataset already existed" in printed), ({}, True))

    put_images("line1/training/anomaly", 3, start=12)
    made, _ = said(sdk.update_datasets, helper.push_manifests(), wait=True)
    same([one["Status"] for one in made.values()], ["CREATE_COMPLETE"] * 2)
    same([stats(sdk), stats(sdk, "test")], [[35, 35, 20, 15], [21, 21, 11, 10]])

    objects.put_object(Bucket=BUCKET, Key="broken.manifest", Body=b'{"source-ref":"s3://parts/a.png"}\nno json\n')
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        made, _ = said(sdk.update_datasets, {"training": {"bucket": BUCKET, "key": "broken.manifest"}}, wait=True)
    same((made["training"]["Status"], "First error at line 2" in made["training"]["StatusMessage"]), ("CREATE_FAILED", True))
    same("Failed to create dataset training" in str(warned[0].message), True)
    refused(sdk.lv.describe_dataset, "ResourceNotFoundException", 404, ProjectName="parts", DatasetType="test")
    said(sdk.update_datasets, helper.push_manifests(), wait=True)


def entries(sdk):
    """What the SDK lacks, through the boto3 client it brings along."""
    def line(key, name):
        return json.dumps({"source-ref": f"s3://parts/{key}", "l": 7, "l-metadata": {
            "class-name": name, "human-annotated": "yes", "type": "groundtruth/image-classification", "creation-date": "2020-01-01T00:00:00"}})

    def update(*lines):
        answer = sdk.lv.update_dataset_entries(ProjectName="parts", DatasetType="train", Changes="\n".join(lines).encode())
        same((answer["Status"], answer["ResponseMetadata"]["HTTPStatusCode"]), ("UPDATE_IN_PROGRESS", 202))
        return settled(sdk)

    same(update(line("line1/training/normal/0000.png", "anomaly"), line("new/a.png", "normal"), line("new/b.png", "good"))[0], "UPDATE_COMPLETE")
    same(stats(sdk), [37, 36, 20, 16])
    same(update(line("new/c.png", "normal"), "{}")[0], "UPDATE_FAILED_ROLLBACK_COMPLETE")
    same(stats(sdk), [37, 36, 20, 16])

    def listed(**filters):
        pages = sdk.lv.get_paginator("list_dataset_entries").paginate(
            ProjectName="parts", DatasetType="train", PaginationConfig={"PageSize": 10}, **filters)
        return [json.loads(entry)["source-ref"] for page in pages for entry in page["DatasetEntries"]]

    same([len(listed()), len(set(listed()))], [37, 37])
    same(listed(Labeled=False), ["s3://parts/new/b.png"])
    same(len(listed(AnomalyClass="anomaly")), 16)
    same(listed(SourceRefContains="new/"), ["s3://parts/new/a.png", "s3://parts/new/b.png"])
    half = datetime.datetime(2020, 1, 1, 0, 0, 0, 500_000, tzinfo=datetime.timezone.utc)
    same((len(listed(BeforeCreationDate=half)), len(listed(AfterCreationDate=half))), (3, 34))


def refusals(sdk):
    """Every exception of the API model, as botocore reads it."""
    lv = sdk.lv
    same(refused(lv.create_project, "ConflictException", 409, ProjectName="parts")["ResourceType"], "PROJECT")
    missing = refused(lv.describe_dataset, "ResourceNotFoundException", 404, ProjectName="none", DatasetType="train")
    same((missing["ResourceId"], missing["ResourceType"]), ("none", "PROJECT"))
    refused(lv.create_dataset, "ValidationException", 400, ProjectName="parts", DatasetType="validation")
    for code, status in (("AccessDeniedException", 403), ("ServiceQuotaExceededException", 402), ("ThrottlingException", 429),
                         ("InternalServerException", 500)):
        fault = {"service": "lookoutvision", "operation": "ListProjects", "kind": "error", "code": code, "retryAfter": 0, "times": 5}
        control("POST", "/faults", fault)
        answer = refused(lv.list_projects, code, status)
        calls = 1 + answer["ResponseMetadata"]["RetryAttempts"]
        same(calls, 5 if code in ("ThrottlingException", "InternalServerException") else 1)
        control("DELETE", "/faults")
        if code == "ServiceQuotaExceededException":
            same((answer["QuotaCode"], answer["ServiceCode"]), ("L-EMULATED", "lookoutvision"))
    refused(lv.tag_resource, "ValidationException", 400, ResourceArn=PROJECT_ARN, Tags=[])


def training_and_deletion(sdk):
    """Nothing is trained here: a model has tags and stands in the way of deletions."""
    answer, _ = said(sdk.fit, output_bucket=BUCKET, wait=False)
    same((answer["status"], answer["model"]["Status"], answer["model"]["ModelVersion"]), ("Success!", "TRAINING", "1"))
    same(refused(sdk.lv.delete_dataset, "ConflictException", 409, ProjectName="parts", DatasetType="train")["ResourceType"], "DATASET")
    model = answer["model"]["ModelArn"]
    sdk.lv.tag_resource(ResourceArn=model, Tags=[{"Key": "line 1", "Value": "a/b"}, {"Key": "b", "Value": ""}])
    sdk.lv.untag_resource(ResourceArn=model, TagKeys=["b"])
    same(sdk.lv.list_tags_for_resource(ResourceArn=model)["Tags"], [{"Key": "line 1", "Value": "a/b"}])
    while sdk.lv.describe_model(ProjectName="parts", ModelVersion="1")["ModelDescription"]["Status"] == "TRAINING":
        patience(0.02)
    same(said(sdk.delete_lookoutvision_project, "parts")[0], {"Success": True})
    refused(sdk.lv.describe_project, "ResourceNotFoundException", 404, ProjectName="parts")

    single, _ = said(LookoutForVision, project_name="single")
    said(single.create_project)
    said(single.create_datasets, {"train": {"bucket": BUCKET, "key": "line1/training.manifest"}}, wait=True)
    failed, printed = said(single.delete_lookoutvision_project, "single")
    same((failed["success"], "ResourceNotFoundException" in printed), (False, True))
    single.lv.delete_project(ProjectName="single")


def images():
    """Folders good and bad of this machine or of a bucket; rescale() of this version fails in every directory."""
    random.seed(7)
    np.random.seed(7)
    draw("good", 25)
    draw("bad", 12)
    helper = Image()
    sizes, _ = said(helper.check_image_sizes)
    same([sizes[kind] for kind in ("good", "bad")], [{"no_of_images": n, "compliant_images": n, "compliant": True} for n in (25, 12)])
    shapes, _ = said(helper.check_image_shapes)
    same(list(shapes["shape_recommendation"]), [80, 64, 3])

    said(helper.upload_from_local, bucket=BUCKET, s3_path="local/")
    same([len(keys(f"local/{kind}/{folder}/")) for kind in ("training", "validation") for folder in ("normal", "anomaly")], [15, 9, 10, 2])
    good, bad = ([f"{folder}/{name}" for name in sorted(os.listdir(folder))] for folder in ("good", "bad"))
    said(helper.upload_from_local2, BUCKET, "lists/", good[:15], bad[:6], good[15:], bad[6:])
    same([len(keys(f"lists/{kind}/{folder}/")) for kind in ("training", "validation") for folder in ("normal", "anomaly")], [15, 6, 10, 6])
    folds, _ = said(helper.kfold_split, 3, seed=1)
    said(helper.kfold_upload, BUCKET, "folds", "k", *folds)
    same([len(keys(f"folds/k_{i}/validation/")) for i in range(3)], [13, 12, 12])

    put_images("old/good", 8)
    put_images("old/bad", 4)
    copied, _ = said(helper.copy_from_s3, BUCKET, BUCKET, s3_path="copied/", prefix_good="old/good", prefix_bad="old/bad")
    same((copied["objects_copied"], len(keys("copied/"))), (12, 12))


helper, pushed = manifests_from_bucket_folders()
sdk = project()
datasets(sdk, helper, pushed)
entries(sdk)
refusals(sdk)
training_and_deletion(sdk)
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    images()
    os.chdir("/")
print(json.dumps({"lookoutvision": version("lookoutvision"), "boto3": version("boto3"), "checks": counts["checks"]}))
