"""Sends the Delete that CloudFormation sends to a custom resource whose Create failed, and MiniStack does not.

CloudFormation rolls a failed Create back with a Delete of the physical id that the failure named, before it deletes
what the resource depends on. MiniStack forgets the resource, so what it had made would stay behind.
"""

from ministack.services.cloudformation import custom_resource

_failed_ids = {}


def install():
    deliver = custom_resource.deliver_response
    invoke = custom_resource.invoke_custom_resource

    def remembering_deliver(token, response):
        if response.get("Status") == "FAILED":
            _failed_ids[response.get("StackId"), response.get("LogicalResourceId")] = response.get("PhysicalResourceId")
        return deliver(token, response)

    def invoke_then_delete(request_type, logical_id, props, stack_name, stack_id, resource_type, **more):
        try:
            return invoke(request_type, logical_id, props, stack_name, stack_id, resource_type, **more)
        except RuntimeError:
            physical_id = _failed_ids.pop((stack_id, logical_id), None)
            if request_type == "Create" and physical_id:
                invoke("Delete", logical_id, props, stack_name, stack_id, resource_type, physical_id=physical_id)
            raise

    custom_resource.deliver_response = remembering_deliver
    custom_resource.invoke_custom_resource = invoke_then_delete
