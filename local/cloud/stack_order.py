"""The order in which CloudFormation changes the resources of a stack, where MiniStack has another one.

- Resources that do not depend on each other are provisioned at the same time, and deleted at the same time; of MiniStack's,
  one waits for the other. Without it, no two resources would ever meet on one quota.
- When a resource fails, a custom resource in progress is cancelled: nobody tells it, its answer counts no more, and the rollback
  takes it back while it may still be at work. MiniStack waits for its end.
- The clean-up after an update goes backwards through the old template, whatever is deleted there: MiniStack deletes what was
  replaced before what was removed, so a project with a new name would go before the dataset that was taken out of it.
- A custom resource answers a failure with a physical id, which CloudFormation takes over: a failed Create is deleted under it,
  in the rollback, after everything that existed before has its old properties back; a failed Update is sent back under it, and
  when that ends in another id, the failed one is deleted in the clean-up. MiniStack forgets these ids.
- A custom resource that was replaced is sent its old properties in the rollback, before the new one is deleted.

What MiniStack does is changed in its source: `edited` stops the start when the source is not the one that was read.
requirements.txt pins it.
"""

import asyncio
import inspect
import uuid

from ministack.core.concurrency import run_reentrant
from ministack.services.cloudformation import changesets, custom_resource, handlers, stacks

_failed_ids = {}


def install():
    remember_failed_ids()
    for added in (in_parallel, unless_another_fails, Cancelled, invented_id, failed_id, is_custom):
        setattr(stacks, added.__name__, added)
    for name, edits in (("_deploy_stack_async", DEPLOY), ("_roll_back_operation", ROLL_BACK), ("_delete_stack_async", DELETE)):
        function = edited(getattr(stacks, name), edits)
        for module in (stacks, handlers, changesets):
            if hasattr(module, name):
                setattr(module, name, function)


def edited(function, edits):
    """The function, with each old text of its source, which must be there once, replaced by the new one."""
    source = inspect.getsource(function)
    for old, new in edits:
        if source.count(old) != 1:
            raise RuntimeError(f"MiniStack's {function.__name__} is not the one that is known here; it has {source.count(old)} times:\n{old}")
        source = source.replace(old, new)
    scope = {}
    exec(compile(source, inspect.getsourcefile(function), "exec"), function.__globals__, scope)
    return scope[function.__name__]


async def in_parallel(names, definitions, step, stopped=lambda: False, backwards=False):
    """Takes the step for each name as soon as it was taken for all that it depends on; backwards, for all that depend on it."""
    waits_for = {name: stacks._extract_deps(definitions.get(name) or {}, set(names)) - {name} for name in names}
    if backwards:
        waits_for = {name: {other for other in names if name in waits_for[other]} for name in names}

    async def take(name):
        await asyncio.gather(*(taken[other] for other in waits_for[name]))
        if not stopped():
            await step(name)

    taken = {}
    for name in names:
        taken[name] = asyncio.create_task(take(name))
    await asyncio.gather(*taken.values())


class Cancelled(Exception):
    """Another resource has failed; what was begun is taken back under this id."""

    def __init__(self, what, physical_id):
        super().__init__(f"Resource {what} cancelled")
        self.physical_id = physical_id


async def unless_another_fails(failure, cancelled, act, resource_type, *arguments):
    """What `act` returns; a custom resource is left to itself as soon as another resource fails."""
    work = asyncio.create_task(run_reentrant(act, resource_type, *arguments))
    if is_custom(resource_type):
        failed = asyncio.create_task(failure.wait())
        await asyncio.wait([work, failed], return_when=asyncio.FIRST_COMPLETED)
        failed.cancel()
        if not work.done():
            work.add_done_callback(asyncio.Task.exception)
            raise cancelled
    return await work


def invented_id(stack_name, logical_id):
    """For a Create that has named none."""
    return f"{stack_name}-{logical_id}-{uuid.uuid4().hex[:12].upper()}"


def is_custom(resource_type):
    return resource_type.startswith("Custom::") or resource_type == "AWS::CloudFormation::CustomResource"


def remember_failed_ids():
    deliver = custom_resource.deliver_response
    invoke = custom_resource.invoke_custom_resource

    def forgetting_invoke(request_type, logical_id, props, stack_name, stack_id, *more, **named):
        failed_id(stack_id, logical_id)
        return invoke(request_type, logical_id, props, stack_name, stack_id, *more, **named)

    def remembering_deliver(token, response):
        if response.get("Status") == "FAILED":
            _failed_ids[response.get("StackId"), response.get("LogicalResourceId")] = response.get("PhysicalResourceId")
        return deliver(token, response)

    custom_resource.deliver_response = remembering_deliver
    custom_resource.invoke_custom_resource = forgetting_invoke


def failed_id(stack_id, logical_id, failure=None):
    """The physical id that the failure of a custom resource has just named, if there was any."""
    named = _failed_ids.pop((stack_id, logical_id), None)
    return failure.physical_id if isinstance(failure, Cancelled) else named


DEPLOY = [
    ("""
    for logical_id in ordered:
        if is_update and stack.pop(""", """
    failure = asyncio.Event()

    async def provision(logical_id):
        nonlocal failed, fail_reason, cancelled, failed_update, failed_logical_id
        if is_update and stack.pop("""),
    ("""            fail_reason = "User Initiated"
            break
""", """            fail_reason = "User Initiated"
            return
"""),
    ("""        if cond and not conditions.get(cond, True):
            continue

        resource_type""", """        if cond and not conditions.get(cond, True):
            return

        resource_type"""),
    ("""await run_reentrant(
                            _update_keeping_seed, """, """await unless_another_fails(
                            failure, Cancelled("update", old_pid), _update_keeping_seed, """),
    ("""await run_reentrant(
                        _provision_keeping_seed, """, """await unless_another_fails(
                        failure, Cancelled("creation", invented_id(stack_name, logical_id)), _provision_keeping_seed, """),
    ("""            failed = True
            fail_reason = f"Resource {logical_id} failed: {exc}"
            failed_logical_id = logical_id
""", """            if not failed:
                fail_reason = f"Resource {logical_id} failed: {exc}"
                failed_logical_id = logical_id
            failed = True
            failure.set()
"""),
    ("""            if update_attempt is not None:
                failed_update =""", """            if named := failed_id(stack_id, logical_id, exc):
                provisioned_resources[logical_id] = {
                    "PhysicalResourceId": named, "ResourceType": resource_type, "LogicalResourceId": logical_id,
                    "Properties": resolved_props, "Attributes": (previous_stack or {}).get("_resources", {}).get(logical_id, {}).get("Attributes", {}),
                }
                created_in_this_run.append(logical_id)
            elif update_attempt is not None:
                failed_update ="""),
    ("""                    None, None, None)
            break
""", """                    None, None, None)
            return
"""),
    ("""
    resolved_outputs: list = []
""", """
    await in_parallel(ordered, resources_defs, provision, lambda: failed)

    resolved_outputs: list = []
"""),
    ("""    if not failed and replaced_resources:
        for (logical_id, rtype, old_pid, new_pid, old_props,
             pending_deletes) in reversed(replaced_resources):
            policy""", """    async def delete_replaced(logical_id, rtype, old_pid, new_pid, old_props, pending_deletes):
            policy"""),
    ("""                               "DELETE_SKIPPED", physical_id=old_pid)
                continue
""", """                               "DELETE_SKIPPED", physical_id=old_pid)
                return
"""),
    ("""                if new_pid == old_pid:
                    continue
""", """                if new_pid == old_pid:
                    return
"""),
    ("""    if not failed and to_remove:
""", """    replaced = {entry[0]: entry for entry in replaced_resources}
    if not failed and (to_remove or replaced):
"""),
    (" if lid in to_remove]\n", " if lid in to_remove or lid in replaced]\n"),
    ("for lid in to_remove if lid not in removal_order]\n", "for lid in [*to_remove, *replaced] if lid not in removal_order]\n"),
    ("""        for logical_id in reversed(removal_order):
""", """        for logical_id in reversed(removal_order):
            if logical_id in replaced:
                await delete_replaced(*replaced[logical_id])
                continue
"""),
]

ROLL_BACK = [
    ("""        verb = "update" if failed_update is not None else "create"
""", """        verb = "update" if failed_logical_id in previous_stack.get("_resources", {}) else "create"
"""),
    ("""            to_delete.append(logical_id)
            continue
        # Pre-existing""", """            to_delete.append(logical_id)
            if prev is not None and is_custom(res.get("ResourceType", "")):
                await revert(logical_id, res["ResourceType"], pid, res.get("Properties", {}), prev.get("Properties", {}), res.get("Attributes", {}))
                if prev.get("PhysicalResourceId") == pid:
                    to_delete.remove(logical_id)
            continue
        # Pre-existing"""),
]

DELETE = [
    ("""    for logical_id in reversed(ordered):
        res = resources.get(logical_id)
        if not res:
            continue
""", """    async def remove(logical_id):
        nonlocal forced_retain
        res = resources.get(logical_id)
        if not res:
            return
"""),
    ("""            resources.pop(logical_id, None)
            continue

""", """            resources.pop(logical_id, None)
            return

"""),
    ("""_with_dependencies([logical_id], res_defs, set(resources))
                continue
""", """_with_dependencies([logical_id], res_defs, set(resources))
                return
"""),
    ("""            delete_failures.append(logical_id)

""", """            delete_failures.append(logical_id)

    await in_parallel(ordered, res_defs, remove, backwards=True)

"""),
]
