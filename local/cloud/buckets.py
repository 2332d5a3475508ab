"""AWS::S3::Bucket as CloudFormation has it where MiniStack differs: it sets the bucket's tags, and it does not delete
a bucket that still holds objects. `autoDeleteObjects` of aws-cdk-lib needs the first and is proven by the second.
"""

from ministack.services import s3


def corrected(handlers: dict) -> dict:
    """MiniStack's handlers of the type, corrected."""

    def create(logical_id, properties, stack_name):
        name, attributes = handlers["create"](logical_id, properties, stack_name)
        set_tags(name, properties)
        return name, attributes

    def update(physical_id, old_properties, new_properties, stack_name):
        name, attributes = handlers["update"](physical_id, old_properties, new_properties, stack_name)
        set_tags(name, new_properties)
        return name, attributes

    def delete(name, properties):
        bucket = s3._buckets.get(name)
        if bucket and (bucket["objects"] or s3._bucket_has_versions(name)):
            raise ValueError(f"The bucket {name} you tried to delete is not empty")
        handlers["delete"](name, properties)

    return {**handlers, "create": create, "update": update, "delete": delete}


def set_tags(name, properties):
    s3._bucket_tags[name] = {tag["Key"]: str(tag["Value"]) for tag in properties.get("Tags") or []}
