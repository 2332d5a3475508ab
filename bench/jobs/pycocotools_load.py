"""Loads a COCO file as pycocotools does, and says what that cost."""
import contextlib
import io
import json
import resource
import sys
import time

from pycocotools.coco import COCO

began, cpu = time.perf_counter(), time.process_time()
with contextlib.redirect_stdout(io.StringIO()):
    coco = COCO(sys.argv[1])
print(json.dumps({
    "answer": {"images": len(coco.imgs), "annotations": len(coco.anns)},
    "seconds": time.perf_counter() - began,
    "cpuSeconds": time.process_time() - cpu,
    "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
