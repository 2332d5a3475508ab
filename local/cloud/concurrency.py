"""Lambda's limit of concurrent executions, where MiniStack differs.

MiniStack counts executions and refuses the one that is too many (LAMBDA_ACCOUNT_CONCURRENCY). But it forgets an
asynchronous invocation that was refused, where Lambda keeps the event for six hours and tries again: after a second, then
ever later, at last every five minutes. CloudFormation invokes custom resources asynchronously. And it names the error of a
refused Lambda task in Step Functions wrongly.
"""

import contextvars
import time

from ministack.services import lambda_svc, stepfunctions
from ministack.services.cloudformation import custom_resource

KEPT_SECONDS = 6 * 3600
FIRST_PAUSE, LONGEST_PAUSE = 1, 300
# What a line of the log begins with that tells of an execution that was one too many.
REFUSED = "Lambda refused an execution of"

_asynchronous = contextvars.ContextVar("asynchronous", default=False)


def install():
    execute = lambda_svc._execute_function
    call = stepfunctions._call_lambda

    def execute_when_there_is_room(func, event):
        give_up, pause = time.monotonic() + KEPT_SECONDS, FIRST_PAUSE
        while True:
            result = execute(func, event)
            if result.get("throttle"):
                print(f"{REFUSED} {(func.get('config') or func)['FunctionName']}: {result['body']['message']}")
            if not (result.get("throttle") and _asynchronous.get() and time.monotonic() + pause < give_up):
                return result
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def call_naming_the_error(func_ref, event):
        try:
            return call(func_ref, event)
        except stepfunctions._ExecutionError as error:
            if "TooManyRequestsException" in error.cause:
                raise stepfunctions._ExecutionError("Lambda.TooManyRequestsException", error.cause) from error
            raise

    lambda_svc._execute_function = execute_when_there_is_room
    lambda_svc.invoke_async_with_retry = asynchronously(lambda_svc.invoke_async_with_retry)
    custom_resource.invoke_custom_resource = asynchronously(custom_resource.invoke_custom_resource)
    stepfunctions._call_lambda = call_naming_the_error


def asynchronously(invoke):
    def invoking(*arguments, **named):
        token = _asynchronous.set(True)
        try:
            return invoke(*arguments, **named)
        finally:
            _asynchronous.reset(token)

    return invoking
