"""What pycocotools finds in a COCO file, as whole pixels: {image: [[label, left, top, right, bottom], ...]}, to standard output."""
import json
import math
import sys

from pycocotools.coco import COCO
from pycocotools import mask


def edges(coco, annotation, width, height):
    """The upright box of an annotation; of a mask, that of its pixels."""
    if annotation.get("bbox"):
        left, top, wide, high = annotation["bbox"]
    elif isinstance(annotation["segmentation"], list):
        points = [number for part in annotation["segmentation"] for number in part]
        left, top = min(points[0::2]), min(points[1::2])
        wide, high = max(points[0::2]) - left, max(points[1::2]) - top
    else:
        left, top, wide, high = mask.toBbox(coco.annToRLE(annotation))
    clamped = lambda edge, side: math.floor(min(max(edge, 0), side) + 0.5)
    return [clamped(left, width), clamped(top, height), clamped(left + wide, width), clamped(top + high, height)]


def main(path):
    sys.stdout, out = sys.stderr, sys.stdout
    coco = COCO(path)
    images = {}
    for image in coco.loadImgs(coco.getImgIds()):
        annotations = coco.loadAnns(coco.getAnnIds(imgIds=image["id"], iscrowd=False))
        images[image["file_name"]] = [
            [coco.cats[one["category_id"]]["name"], *edges(coco, one, image["width"], image["height"])] for one in annotations
        ]
    json.dump(images, out)


main(sys.argv[1])
