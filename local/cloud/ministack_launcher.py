"""Runs MiniStack on 127.0.0.1 with the resource types it lacks, until its standard input ends.

The names that begin with an underscore are MiniStack's own business; requirements.txt pins the version they are of.

    python ministack_launcher.py RUN_FOLDER

The port and everything else MiniStack reads when it is imported come as environment variables (engine.ts sets them).
Standard input is the life line: it ends when the process that started us closes it or dies, however it dies; then
the functions' processes, which share our process group, end with us and RUN_FOLDER is removed.
"""

import os
import shutil
import signal
import sys
import threading

import bucket_deployment
import buckets
import concurrency
import lookoutvision_project
import rekognition_project
import stack_order
import web_pages
from ministack import app
from ministack.services.cloudformation import provisioners, stacks


def add_resource_types(handlers: dict) -> None:
    """Teaches MiniStack resource types: {type: {'create': …, 'update': …, 'delete': …}}.

    They call services over HTTP, MiniStack's own among them, so they must not run on its event loop.
    """
    provisioners._RESOURCE_HANDLERS.update(handlers)
    blocks = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda resource_type: resource_type in handlers or blocks(resource_type)


def end_with_standard_input(run_folder: str) -> None:
    sys.stdin.buffer.read()
    shutil.rmtree(run_folder, ignore_errors=True)
    os.killpg(os.getpgid(0), signal.SIGKILL)


def main() -> None:
    run_folder = sys.argv.pop(1)
    threading.Thread(target=end_with_standard_input, args=[run_folder], daemon=True).start()
    add_resource_types({
        "AWS::LookoutVision::Project": lookoutvision_project.HANDLERS,
        "AWS::Rekognition::Project": rekognition_project.HANDLERS,
        "Custom::CDKBucketDeployment": bucket_deployment.HANDLERS,
    })
    for project in ("AWS::LookoutVision::Project", "AWS::Rekognition::Project"):
        provisioners._REPLACING_PROPERTIES[project] = ("ProjectName",)
    provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"] = buckets.corrected(provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"])
    provisioners._STACK_TAG_PROPERTY["AWS::Rekognition::Project"] = ("Tags", "list")
    concurrency.install()
    stack_order.install()
    app.app = web_pages.without_web_pages(app.app)
    app.main()


if __name__ == "__main__":
    main()
