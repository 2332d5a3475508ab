"""Runs boto3 through every operation of the emulated Rekognition Custom Labels, and through every refusal input can provoke.

Usage: run.py <URL of the emulator> <URL of the S3 endpoint>. Stops at the first thing that is not as the contract has it.
"""

import datetime
import gzip
import json
import re
import time

import boto3

from calls import (
    DATASET_ARN, PROJECT_ARN, BUCKET, call, client, codes, control, counts, dataset, describe, ended, entries, failed, keys, manifest,
    messages, operations, project, refused, remove, same, stats, stuck, update,
)
from lines import boxed, erroneous, labeled, text, unlabeled


def projects():
    before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=1)
    for name in ("a", "b", "c"):
        project(name)
    refused("ResourceInUseException", "create_project", ProjectName="a")
    found = call("describe_projects", ProjectNames=["b", "unknown"])["ProjectDescriptions"]
    same(len(found), 1)
    same(sorted(found[0]), ["CreationTimestamp", "Datasets", "Feature", "ProjectArn", "Status"])
    same((found[0]["Datasets"], found[0]["Feature"], found[0]["CreationTimestamp"] > before), ([], "CUSTOM_LABELS", True))
    pages = list(client.get_paginator("describe_projects").paginate(PaginationConfig={"PageSize": 2}))
    same([[found["ProjectArn"].split("/")[1] for found in page["ProjectDescriptions"]] for page in pages], [["c", "b"], ["a"]])
    refused("InvalidPaginationTokenException", "describe_projects", NextToken="nonsense")
    refused("InvalidParameterException", "create_project", ProjectName="d", Feature="CONTENT_MODERATION")

    moderation = {"Feature": "CONTENT_MODERATION", "AutoUpdate": "ENABLED"}
    adapter = call("create_project", ProjectName="adapter", Tags={"team": "zoo"}, **moderation)["ProjectArn"]
    found = call("describe_projects", Features=["CONTENT_MODERATION"])["ProjectDescriptions"]
    same([(one["Feature"], one["AutoUpdate"]) for one in found], [("CONTENT_MODERATION", "ENABLED")])
    refused("InvalidParameterException", "create_dataset", ProjectArn=adapter, DatasetType="TRAIN")

    arn = found[0]["ProjectArn"]
    same(call("list_tags_for_resource", ResourceArn=arn), {"Tags": {"team": "zoo"}})
    same(call("delete_project", ProjectArn=arn), {"Status": "DELETING"})
    refused("ResourceInUseException", "delete_project", ProjectArn=arn)
    while call("describe_projects", Features=["CONTENT_MODERATION"])["ProjectDescriptions"]:
        time.sleep(0.02)
    refused("ResourceNotFoundException", "delete_project", ProjectArn=arn)


def life_of_a_dataset():
    owner = project("life")
    lines = [labeled("1.jpg", "crane"), unlabeled("2.jpg"), boxed("3.jpg", ["crane", "heron"]), boxed("4.jpg", ["stork"], left=-1)]
    source = manifest(text(lines))
    arn = dataset(owner, source, Tags={"team": "zoo"})
    same(bool(re.fullmatch(r"arn:aws:rekognition:us-east-1:000000000000:project/life/dataset/train/\d+", arn)), True)
    refused("ResourceNotReadyException", "list_dataset_entries", DatasetArn=arn)
    refused("ResourceNotReadyException", "list_dataset_labels", DatasetArn=arn)
    refused("ResourceInUseException", "update_dataset_entries", DatasetArn=arn, Changes={"GroundTruth": "{}"})
    refused("ResourceInUseException", "delete_dataset", DatasetArn=arn)
    refused("ResourceAlreadyExistsException", "create_dataset", ProjectArn=owner, DatasetType="TRAIN")
    refused("InvalidParameterException", "create_dataset", ProjectArn=owner, DatasetType="TEST", DatasetSource={"DatasetArn": arn})
    refused("ResourceInUseException", "delete_project", ProjectArn=owner)
    description = ended(arn)
    same(sorted(description), ["CreationTimestamp", "DatasetStats", "LastUpdatedTimestamp", "Status", "StatusMessage", "StatusMessageCode"])
    same((description["Status"], description["StatusMessageCode"], stats(description)), ("CREATE_COMPLETE", "SUCCESS", [4, 3, 3, 1]))
    summary = call("describe_projects", ProjectNames=["life"])["ProjectDescriptions"][0]["Datasets"]
    same([(one["DatasetType"], one["DatasetArn"], one["Status"]) for one in summary], [("TRAIN", arn, "CREATE_COMPLETE")])

    for filters, expected in [
        ({}, "1234"), ({"ContainsLabels": ["crane"]}, "13"), ({"ContainsLabels": ["heron", "stork"]}, "34"), ({"Labeled": True}, "134"),
        ({"Labeled": False}, "2"), ({"SourceRefContains": "/4."}, "4"), ({"HasErrors": True}, "4"), ({"HasErrors": False}, "1234"),
        ({"ContainsLabels": ["crane"], "Labeled": True, "SourceRefContains": "/3.", "HasErrors": False}, "3"),
    ]:
        same(keys(entries(arn, **filters)), [f"{number}.jpg" for number in expected])
        same(keys(entries(arn, PaginationConfig={"PageSize": 1}, **filters)), [f"{number}.jpg" for number in expected])
    first = call("list_dataset_entries", DatasetArn=arn, MaxResults=2, NextToken="")
    same((len(first["DatasetEntries"]), "NextToken" in first), (2, True))
    same("NextToken" in call("list_dataset_entries", DatasetArn=arn, NextToken=first["NextToken"]), False)
    refused("InvalidPaginationTokenException", "list_dataset_entries", DatasetArn=arn, NextToken=first["NextToken"], Labeled=True)
    refused("InvalidPaginationTokenException", "list_dataset_labels", DatasetArn=arn, NextToken=first["NextToken"])
    labels = call("list_dataset_labels", DatasetArn=arn)["DatasetLabelDescriptions"]
    same(labels, [
        {"LabelName": "crane", "LabelStats": {"EntryCount": 2, "BoundingBoxCount": 1}},
        {"LabelName": "heron", "LabelStats": {"EntryCount": 1, "BoundingBoxCount": 1}},
        {"LabelName": "stork", "LabelStats": {"EntryCount": 1, "BoundingBoxCount": 1}},
    ])

    stuck("UpdateDatasetEntries")
    changes = text([unlabeled("1.jpg"), labeled("5.jpg", "owl")])
    same(call("update_dataset_entries", DatasetArn=arn, Changes={"GroundTruth": changes.encode()}), {})
    same(describe(arn)["Status"], "UPDATE_IN_PROGRESS")
    refused("ResourceInUseException", "update_dataset_entries", DatasetArn=arn, Changes={"GroundTruth": "{}"})
    for operation in ("list_dataset_entries", "list_dataset_labels", "delete_dataset"):
        refused("ResourceInUseException", operation, DatasetArn=arn)
    control("DELETE", "/faults")
    description = ended(arn)
    same((description["Status"], stats(description)), ("UPDATE_COMPLETE", [5, 3, 4, 1]))
    same(description["LastUpdatedTimestamp"] > description["CreationTimestamp"], True)
    same([entry["cl-metadata"]["is_labeled"] for entry in entries(arn)], [False, False, True, True, True])

    copy = dataset(owner, {"DatasetArn": arn}, "TEST")
    same((ended(copy)["Status"], stats(describe(copy)), entries(copy)), ("CREATE_COMPLETE", [5, 3, 4, 1], entries(arn)))

    same(call("list_tags_for_resource", ResourceArn=arn), {"Tags": {"team": "zoo"}})
    same(call("tag_resource", ResourceArn=arn, Tags={"stage": "dev", "empty": ""}), {})
    same(call("untag_resource", ResourceArn=arn, TagKeys=["team"]), {})
    same(call("list_tags_for_resource", ResourceArn=arn), {"Tags": {"stage": "dev", "empty": ""}})
    refused("ServiceQuotaExceededException", "tag_resource", ResourceArn=arn, Tags={f"tag{i}": "" for i in range(49)})

    stuck("DeleteDataset")
    same(call("delete_dataset", DatasetArn=copy), {})
    same(describe(copy)["Status"], "DELETE_IN_PROGRESS")
    refused("ResourceInUseException", "delete_dataset", DatasetArn=copy)
    control("DELETE", "/faults")
    time.sleep(0.15)
    refused("ResourceNotFoundException", "delete_dataset", DatasetArn=copy)
    remove(arn)
    again = dataset(owner)
    same((again != arn, stats(ended(again))), (True, [0, 0, 0, 0]))


def errors_of_lines():
    arn = dataset(project("lines"))
    ended(arn)
    for line, code, place, message in erroneous():
        description = update(arn, [line])
        same(description["Status"], "UPDATE_COMPLETE")
        found, = entries(arn, HasErrors=True, SourceRefContains=line["source-ref"])
        at = found
        for step in place:
            at = at[step]
        codes.add(code)
        error, = [error for error in at["cl-errors"] if error["code"] == code]
        same(error["message"] if message else error["message"] != "", message or True)
        update(arn, [unlabeled(line["source-ref"].split("/")[-1])])
    same(stats(describe(arn))[3], 0)

    good = [labeled(f"{i}.jpg", "crane") for i in range(12)]
    vanishing = ["no json", "{}", '{"source-ref":"images/a.jpg"}', '{"source-ref":1}', json.dumps(unlabeled("0.jpg")),
                 json.dumps({**unlabeled("long.jpg"), "note": "x" * 100_000})]
    for line in vanishing:
        same(update(arn, text(good) + f"{line}\n")["Status"], "UPDATE_COMPLETE")
    listed = keys(entries(arn))
    same([key for key in listed if key in ("a.jpg", "long.jpg")], [])
    same(listed.count("0.jpg"), 1)


def refusals_of_whole_files():
    owner = project("files")
    many_labels = text(labeled(f"{i}.jpg", f"label {i}") for i in range(251))
    two_buckets = text([labeled("1.jpg", "crane"), labeled("2.jpg", "crane", "other")])
    for body, key, message in [
        (text([unlabeled("1.jpg")]), "birds", "The manifest file extension or contents are invalid."),
        (gzip.compress(text(unlabeled(f"{i}.jpg") for i in range(99)).encode()), "a.manifest",
         "The manifest file extension or contents are invalid."),
        (b"", "a.manifest", "The manifest file is empty."),
        (text(unlabeled(f"{i}.jpg") for i in range(250_001)), "a.manifest", "The manifest file has too many rows."),
        (many_labels, "a.manifest", "The manifest file has too many labels."),
        (text([unlabeled("1.jpg"), {}]), "a.manifest", "The manifest file has too many terminal errors."),
        (two_buckets, "a.manifest", "The manifest file contains images from multiple S3 buckets."),
    ]:
        arn = dataset(owner, manifest(body, key))
        failed(ended(arn), message)
        refused("ResourceInUseException", "update_dataset_entries", DatasetArn=arn, Changes={"GroundTruth": "{}"})
        refused("ResourceNotReadyException", "list_dataset_entries", DatasetArn=arn)
        remove(arn)
    missing = {"GroundTruthManifest": {"S3Object": {"Bucket": BUCKET, "Name": "gone.manifest"}}}
    denied = {"GroundTruthManifest": {"S3Object": {"Bucket": BUCKET, "Name": "denied.manifest"}}}
    for source in (missing, denied, {"GroundTruthManifest": {"S3Object": {"Bucket": "gone-bucket", "Name": "a.manifest"}}}):
        said = refused("InvalidS3ObjectException", "create_dataset", ProjectArn=owner, DatasetType="TRAIN", DatasetSource=source)
        same(said, "Unable to get object metadata from S3. Check object key, region and/or access permissions.")
    control("PATCH", "/settings", {"rekognition": {"manifestErrors": "async"}})
    for source, message in [
        (missing, "The manifest file extension or contents are invalid."), (denied, "The S3 bucket permissions are incorrect."),
    ]:
        arn = dataset(owner, source)
        failed(ended(arn), message)
        remove(arn)
    control("PATCH", "/settings", {"rekognition": {"manifestErrors": "sync"}})

    arn = dataset(owner, manifest(text([labeled("1.jpg", "crane")])))
    ended(arn)
    for changes, message in [
        (" \n", "The manifest file is empty."), (many_labels, "The manifest file has too many labels."),
        (two_buckets, "The manifest file contains images from multiple S3 buckets."), ("{}", "The manifest file has too many terminal errors."),
    ]:
        failed(update(arn, changes), message)
        same(stats(describe(arn)), [1, 1, 1, 0])

    for source in ({}, {**missing, "DatasetArn": arn}, {"GroundTruthManifest": {}}):
        refused("InvalidParameterException", "create_dataset", ProjectArn=owner, DatasetType="TEST", DatasetSource=source)
    refused("ResourceNotFoundException", "create_dataset", ProjectArn=PROJECT_ARN, DatasetType="TRAIN")
    refused("ResourceNotFoundException", "create_dataset", ProjectArn=owner, DatasetType="TEST", DatasetSource={"DatasetArn": DATASET_ARN})


def distribution():
    owner = project("distribution")
    train = dataset(owner, manifest(text(labeled(f"{i}.jpg", "crane" if i % 2 else "heron") for i in range(10))))
    pair = [{"Arn": train}, {"Arn": DATASET_ARN}]
    refused("ResourceNotReadyException", "distribute_dataset_entries", Datasets=[pair[0], pair[0]])
    ended(train)
    refused("ResourceNotFoundException", "distribute_dataset_entries", Datasets=pair)
    refused("InvalidParameterException", "distribute_dataset_entries", Datasets=[pair[0], pair[0]])
    test = dataset(owner, kind="TEST")
    ended(test)
    same(call("distribute_dataset_entries", Datasets=[{"Arn": train}, {"Arn": test}]), {})
    same([(one["Status"], stats(one)[0]) for one in (ended(train), ended(test))], [("UPDATE_COMPLETE", 8), ("UPDATE_COMPLETE", 2)])
    same(sorted(keys(entries(train) + entries(test))), [f"{i}.jpg" for i in range(10)])
    refused("InvalidParameterException", "distribute_dataset_entries", Datasets=[{"Arn": test}, {"Arn": train}])

    other = project("single")
    lonely, empty = dataset(other, manifest(text([labeled("1.jpg", "crane")]))), dataset(other, kind="TEST")
    ended(lonely)
    ended(empty)
    call("distribute_dataset_entries", Datasets=[{"Arn": lonely}, {"Arn": empty}])
    for arn in (lonely, empty):
        failed(ended(arn), "The manifest file doesn't have enough labeled images to distribute the dataset.")
    refused("InvalidParameterException", "distribute_dataset_entries", Datasets=[{"Arn": lonely}, {"Arn": test}])


def broken_constraints():
    """boto3 checks required members and minimums by itself, so these are the rest."""
    for operation, parameters in [
        ("create_project", {"ProjectName": "a b"}), ("create_project", {"ProjectName": "a" * 256}),
        ("create_project", {"ProjectName": "a", "Feature": "OTHER"}), ("create_project", {"ProjectName": "a", "Tags": {"aws:a": ""}}),
        ("create_project", {"ProjectName": "a", "Tags": {f"tag{i}": "" for i in range(201)}}),
        ("delete_project", {"ProjectArn": DATASET_ARN}), ("describe_projects", {"MaxResults": 101}),
        ("describe_projects", {"ProjectNames": ["a"] * 11}), ("describe_projects", {"NextToken": "a" * 1025}),
        ("create_dataset", {"ProjectArn": PROJECT_ARN, "DatasetType": "train"}),
        ("create_dataset", {"ProjectArn": PROJECT_ARN, "DatasetType": "TEST",
                            "DatasetSource": {"GroundTruthManifest": {"S3Object": {"Bucket": "a/b"}}}}),
        ("describe_dataset", {"DatasetArn": PROJECT_ARN}), ("delete_dataset", {"DatasetArn": PROJECT_ARN}),
        ("update_dataset_entries", {"DatasetArn": DATASET_ARN, "Changes": {"GroundTruth": " " * 5_242_881}}),
        ("list_dataset_entries", {"DatasetArn": DATASET_ARN, "MaxResults": 101}),
        ("list_dataset_labels", {"DatasetArn": DATASET_ARN, "MaxResults": 101}),
        ("list_dataset_entries", {"DatasetArn": DATASET_ARN, "ContainsLabels": ["a"] * 11}),
        ("list_dataset_entries", {"DatasetArn": DATASET_ARN, "SourceRefContains": " "}),
        ("distribute_dataset_entries", {"Datasets": [{"Arn": DATASET_ARN}] * 3}),
        ("tag_resource", {"ResourceArn": DATASET_ARN, "Tags": {"a": "b" * 257}}),
        ("untag_resource", {"ResourceArn": DATASET_ARN, "TagKeys": ["a"] * 201}),
        ("list_tags_for_resource", {"ResourceArn": "a" * 2049}),
    ]:
        said = refused("ValidationException", operation, **parameters)
        same(bool(re.match(r"1 validation error detected: Value '.*' at '[\w.]+' failed to satisfy constraint: (Member|Map keys|Map value) must ", said, re.S)), True)
    for operation, more in [
        ("describe_dataset", {}), ("delete_dataset", {}), ("list_dataset_entries", {}), ("list_dataset_labels", {}),
        ("update_dataset_entries", {"Changes": {"GroundTruth": "{}"}}),
    ]:
        refused("ResourceNotFoundException", operation, DatasetArn=DATASET_ARN, **more)
    for operation, more in [("tag_resource", {"Tags": {}}), ("untag_resource", {"TagKeys": []}), ("list_tags_for_resource", {})]:
        refused("ResourceNotFoundException", operation, ResourceArn=DATASET_ARN, **more)
    refused("UnknownOperationException", "list_collections")
    operations.discard("list_collections")


def errors_on_demand():
    """What no input provokes."""
    for code, status in [
        ("AccessDeniedException", 400), ("ThrottlingException", 500), ("ProvisionedThroughputExceededException", 400),
        ("InternalServerError", 500), ("LimitExceededException", 400),
    ]:
        control("POST", "/faults", {"operation": "CreateDataset", "kind": "error", "code": code})
        refused(code, "create_dataset", status, ProjectArn=PROJECT_ARN, DatasetType="TRAIN")


for part in (projects, life_of_a_dataset, errors_of_lines, refusals_of_whole_files, distribution, broken_constraints, errors_on_demand):
    part()
print(json.dumps({
    "boto3": boto3.__version__,
    "checks": counts["checks"],
    "operations": sorted(operations),
    "codes": sorted(codes),
    "messages": sorted(messages),
}))
