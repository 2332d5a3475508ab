"""botocore clients for the local cloud's services, from the environment MiniStack runs in."""

import os

import botocore.session
from botocore.config import Config


def client(service: str):
    """A client of `service`: AWS_ENDPOINT_URL_<SERVICE> when it is set, else AWS_ENDPOINT_URL."""
    endpoint = os.environ.get(f"AWS_ENDPOINT_URL_{service.upper()}") or os.environ["AWS_ENDPOINT_URL"]
    config = Config(retries={"mode": "standard", "max_attempts": 10}, s3={"addressing_style": "path"})
    return botocore.session.get_session().create_client(service, endpoint_url=endpoint, config=config)
