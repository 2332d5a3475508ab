"""Writes down what MiniStack's authorization decides, and by which statements. One JSON object a line:

    {"principal": "arn:…:assumed-role/<role>/<session>", "action": "s3:GetObject", "resource": "arn:…",
     "allowed": true, "statements": [3]}
    {"role": "<role>", "statement": 3, "effect": "Allow", "actions": […], "resources": […], "conditions": {…}}

Statements are numbered as they are first seen in force on a role, which the second kind of line tells. Calls by the
account's root, which may do everything, are not in it.
"""

import contextvars
import json
import threading

from ministack.core import iam_evaluator

_evaluations = contextvars.ContextVar("evaluations", default=None)


def record_to(path) -> None:
    """From now on; what was imported from iam_evaluator by name before is not seen."""
    evaluate, enforce = iam_evaluator.evaluate, iam_evaluator.enforce
    journal = Journal(path)

    def recording_evaluate(context, policies, *limits):
        for statement in (statement for layer in (policies, *limits) for policy in layer for statement in policy):
            check_operators(statement.conditions)
        if (seen := _evaluations.get()) is not None:
            seen.append((context, policies))
        return evaluate(context, policies, *limits)

    def recording_enforce(*arguments, **named):
        seen = []
        token = _evaluations.set(seen)
        try:
            refusal = enforce(*arguments, **named)
        finally:
            _evaluations.reset(token)
        if seen:
            # The role's own policies come first, then that of the resource.
            journal.decision(*seen[0], allowed=refusal is None)
        return refusal

    iam_evaluator.evaluate, iam_evaluator.enforce = recording_evaluate, recording_enforce


class Journal:
    def __init__(self, path):
        self.file = open(path, "a", buffering=1)
        self.numbers = {}
        self.lock = threading.Lock()

    def decision(self, context, policies, allowed):
        role = context.principal_arn.split("/")[1]
        with self.lock:
            allowing = [number for number, statement in self.statements(role, policies)
                        if iam_evaluator._first_match(context, [statement], "Allow")]
            self.write(principal=context.principal_arn, action=context.action, resource=context.resource_arn,
                       allowed=allowed, statements=allowing)

    def statements(self, role, policies):
        for statement in (statement for policy in policies for statement in policy):
            line = {"effect": statement.effect, "actions": statement.actions, "resources": statement.resources,
                    "conditions": statement.conditions}
            key = role, json.dumps(line)
            if key not in self.numbers:
                self.numbers[key] = len(self.numbers)
                self.write(role=role, statement=self.numbers[key], **line)
            yield self.numbers[key], statement

    def write(self, **line):
        self.file.write(json.dumps(line) + "\n")


def check_operators(conditions):
    """MiniStack takes an operator that it does not know as one that does not match, which would let a Deny pass."""
    for operator in conditions:
        name = operator.lower().removeprefix("forallvalues:").removeprefix("foranyvalue:").removesuffix("ifexists")
        if name != "null" and name not in iam_evaluator._CONDITION_OPS:
            raise ValueError(f"a policy has the condition operator {operator}, which MiniStack does not know")
