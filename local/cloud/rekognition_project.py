"""AWS::Rekognition::Project: Ref is the project's name, GetAtt Arn its ARN; another name is a replacement."""

import time

from botocore.exceptions import ClientError
from clients import client

WAIT_SECONDS = 120


def create(logical_id, properties, stack_name):
    rekognition = client("rekognition")
    name = properties["ProjectName"]
    arn = rekognition.create_project(ProjectName=name, Tags=tag_map(properties))["ProjectArn"]
    wait(rekognition, name, lambda project: project and project["Status"] == "CREATED")
    return name, {"Arn": arn}


def update(name, old_properties, new_properties, stack_name):
    rekognition = client("rekognition")
    arn = describe(rekognition, name)["ProjectArn"]
    old, new = tag_map(old_properties), tag_map(new_properties)
    if gone := [key for key in old if key not in new]:
        rekognition.untag_resource(ResourceArn=arn, TagKeys=gone)
    if new != old:
        rekognition.tag_resource(ResourceArn=arn, Tags=new)
    return name, {"Arn": arn}


def delete(name, properties):
    rekognition = client("rekognition")
    project = describe(rekognition, name)
    if not project:
        return
    try:
        rekognition.delete_project(ProjectArn=project["ProjectArn"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
    wait(rekognition, name, lambda found: not found)


def describe(rekognition, name):
    projects = rekognition.describe_projects(ProjectNames=[name])["ProjectDescriptions"]
    return projects[0] if projects else None


def wait(rekognition, name, done):
    """CreateProject and DeleteProject answer before they are through."""
    end = time.monotonic() + WAIT_SECONDS
    while not done(project := describe(rekognition, name)):
        if time.monotonic() > end:
            raise TimeoutError(f"project {name} is still {project['Status']} after {WAIT_SECONDS} s")
        time.sleep(0.1)


def tag_map(properties):
    """The tags of the template and the stack; those that begin with aws: no caller may set."""
    return {tag["Key"]: tag["Value"] for tag in properties.get("Tags") or [] if not tag["Key"].startswith("aws:")}


HANDLERS = {"create": create, "update": update, "delete": delete}
