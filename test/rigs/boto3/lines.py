"""Manifest lines: good ones, and one for every error that the service lists on a line."""

import copy
import json


def labeled(key, label, bucket="images"):
    metadata = {
        "class-name": label,
        "confidence": 1,
        "human-annotated": "yes",
        "creation-date": "2026-01-05T09:00:00",
        "type": "groundtruth/image-classification",
    }
    return {"source-ref": f"s3://{bucket}/{key}", "scene": 1, "scene-metadata": metadata}


def boxed(key, labels, left=10, top=20, width=100, height=80, side=(800, 600)):
    box = {"class_id": 0, "left": left, "top": top, "width": width, "height": height}
    return {
        "source-ref": f"s3://images/{key}",
        "bb": {
            "image_size": [{"width": side[0], "height": side[1], "depth": 3}],
            "annotations": [{**box, "class_id": i} for i in range(len(labels))],
        },
        "bb-metadata": {
            "objects": [{"confidence": 1} for _ in labels],
            "class-map": {str(i): label for i, label in enumerate(labels)},
            "type": "groundtruth/object-detection",
            "human-annotated": "yes",
            "creation-date": "2026-01-05T09:00:00",
        },
    }


def unlabeled(key):
    return {"source-ref": f"s3://images/{key}"}


def text(lines):
    return "".join(f"{json.dumps(line)}\n" for line in lines)


def changed(line, path, value):
    """A copy of the line with another value at the path; None takes the member away."""
    line = copy.deepcopy(line)
    *way, last = path
    at = line
    for step in way:
        at = at[step]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return line


def erroneous():
    """(line, code, place of its error list, text) for every non-terminal error of a line."""
    box = boxed("box.jpg", ["crane"])
    scene = labeled("scene.jpg", "crane")
    meta, attribute = ["bb-metadata"], ["bb"]
    many = boxed("many.jpg", ["crane"] * 51)
    return [
        (changed(scene, ["scene-metadata"], None), "ERROR_NO_LABEL_ATTRIBUTES", [], "No label attributes found."),
        (changed(box, ["bb", "annotations"], None), "ERROR_INVALID_LABEL_ATTRIBUTE_FORMAT", attribute,
         "The format of the label attribute bb is invalid."),
        (changed(box, ["bb-metadata", "class-map"], None), "ERROR_INVALID_LABEL_ATTRIBUTE_METADATA_FORMAT", meta,
         "The format of the label attribute metadata is invalid."),
        (changed(scene, ["scene-metadata", "type"], "groundtruth/other"), "ERROR_UNSUPPORTED_USE_CASE_TYPE", ["scene-metadata"],
         "The use case type of the scene-metadata label attribute metadata is unsupported. Check the type field."),
        (changed(scene, ["scene-metadata", "type"], "groundtruth/other"), "ERROR_NO_VALID_LABEL_ATTRIBUTES", [],
         "No valid label attributes found."),
        (changed(box, ["bb-metadata", "objects"], []), "ERROR_MISSING_BOUNDING_BOX_CONFIDENCE", meta,
         "One or more bounding boxes has a missing confidence value."),
        (changed(box, ["bb", "annotations", 0, "class_id"], 7), "ERROR_MISSING_CLASS_MAP_ID", meta,
         "One of more class ids is missing from the class map."),
        (boxed("off.jpg", ["crane"], left=750), "ERROR_INVALID_BOUNDING_BOX", ["bb", "annotations", 0],
         "The bounding box has off frame values."),
        (boxed("tiny.jpg", ["crane"], width=1), "ERROR_BOUNDING_BOX_TOO_SMALL", ["bb", "annotations", 0],
         "The height and width of the bounding box is too small."),
        (boxed("off.jpg", ["crane"], top=-1), "ERROR_NO_VALID_ANNOTATIONS", attribute, "No valid annotations found."),
        (many, "ERROR_TOO_MANY_BOUNDING_BOXES", attribute, "There are more bounding boxes than the allowed maximum."),
        (boxed("small.jpg", ["crane"], 0, 0, 20, 20, side=(63, 64)), "ERROR_INVALID_IMAGE_DIMENSION", attribute,
         "The image dimension(s) do not conform to allowed dimensions."),
        (labeled("name.jpg", "x" * 256), "ERROR_INVALID_LABEL_NAME_LENGTH", ["scene-metadata"], None),
    ]
