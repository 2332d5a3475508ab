"""Runs the local cloud with authorization: every call is held to the policies of the role that it is signed by.

    python authorized_launcher.py RUN_FOLDER

MiniStack does that for its own services when AUTH is set: functions get sessions of their roles, signatures are
checked, and policies are evaluated. The vision services, which are not its own, get the same in front of them.
Decisions are written to RUN_FOLDER/decisions.jsonl, see decisions.py.
"""

import os
import sys
from pathlib import Path

# Read when MiniStack is imported.
os.environ["AUTH"] = "true"
sys.path.insert(0, str(Path(__file__).parents[3] / "local" / "cloud"))

import decisions
import ministack_launcher
import vision
from ministack import app


def assume_tls() -> None:
    """Plain HTTP stands for the TLS of AWS: buckets that refuse anything else (`enforceSSL`) take it."""
    pin = app.pin_request_origin
    app.pin_request_origin = lambda source_ip, secure_transport: pin(source_ip, True)


def main() -> None:
    decisions.record_to(Path(sys.argv[1]) / "decisions.jsonl")
    assume_tls()
    # Functions inherit our environment; so does what the launcher adds to MiniStack.
    url = vision.serve(os.environ["AWS_ENDPOINT_URL_REKOGNITION"])
    os.environ["AWS_ENDPOINT_URL_REKOGNITION"] = os.environ["AWS_ENDPOINT_URL_LOOKOUTVISION"] = url
    (Path(sys.argv[1]) / "vision-endpoint").write_text(url)
    ministack_launcher.main()


main()
