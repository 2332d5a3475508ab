"""AWS::LookoutVision::Project: Ref is the project's name, GetAtt Arn its ARN; another name is a replacement.

botocore has dropped the service's client: its signer and connections are used directly (restJson1).
"""

import json
import os

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

PROJECTS = "/2020-11-20/projects"


def create(logical_id, properties, stack_name):
    name = properties["ProjectName"]
    created = call("POST", PROJECTS, {"ProjectName": name})
    return name, {"Arn": created["ProjectMetadata"]["ProjectArn"]}


def delete(name, properties):
    try:
        call("DELETE", f"{PROJECTS}/{name}")
    except ServiceError as error:
        if error.code != "ResourceNotFoundException":
            raise


class ServiceError(Exception):
    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


def call(method, path, body=None):
    url = os.environ["AWS_ENDPOINT_URL_LOOKOUTVISION"] + path
    headers = {"Content-Type": "application/json"} if body else {}
    request = AWSRequest(method, url, data=json.dumps(body) if body else None, headers=headers)
    session = botocore.session.get_session()
    SigV4Auth(session.get_credentials(), "lookoutvision", session.get_config_variable("region")).add_auth(request)
    response = URLLib3Session(timeout=30).send(request.prepare())
    answer = json.loads(response.content)
    if response.status_code >= 300:
        raise ServiceError(response.headers["x-amzn-errortype"], answer["Message"])
    return answer


HANDLERS = {"create": create, "delete": delete}
