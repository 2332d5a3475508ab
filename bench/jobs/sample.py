"""Reads manifests as the Python samples of AWS do: a line, json.loads, a dict."""
import hashlib
import json
import resource
import sys
import time


def check(path, exported_from, head):
    references, labels, size, problems = set(), set(), 0, 0
    with open(path, encoding="utf-8") as manifest:
        for line in manifest:
            entry = json.loads(line)
            reference = entry["source-ref"]
            if reference in references or not is_good(entry, labels):
                problems += 1
                continue
            references.add(reference)
            entry["source-ref"] = reference.replace(exported_from, head)
            size += len(json.dumps(entry, separators=(",", ":"), ensure_ascii=False).encode()) + 1
    return {"entries": len(references), "bytes": size, "labels": len(labels), "problems": problems}


def is_good(entry, labels):
    for name, value in entry.items():
        if name == "source-ref" or name.endswith("-metadata"):
            continue
        metadata = entry.get(name + "-metadata")
        if not metadata or not all(key in metadata for key in ("creation-date", "human-annotated", "type")):
            return False
        if metadata["type"] == "groundtruth/image-classification":
            labels.add(metadata["class-name"])
            continue
        size = value["image_size"][0]
        for box in value["annotations"]:
            if str(box["class_id"]) not in metadata["class-map"]:
                return False
            if box["left"] + box["width"] > size["width"] or box["top"] + box["height"] > size["height"]:
                return False
        labels.update(metadata["class-map"].values())
    return True


def diff(old_path, new_path):
    old, new = entries(old_path), entries(new_path)
    sent = [line for reference, (entry, line) in new.items() if reference not in old or old[reference][0] != entry]
    added = sum(reference not in old for reference in new)
    body = "".join(sent).encode()
    return {
        "added": added,
        "changed": len(sent) - added,
        "removed": sum(reference not in new for reference in old),
        "sentBytes": len(body),
        "sentHash": hashlib.sha256(body).hexdigest(),
    }


def entries(path):
    with open(path, encoding="utf-8") as manifest:
        parsed = ((json.loads(line), line) for line in manifest)
        return {entry["source-ref"]: (entry, line) for entry, line in parsed}


began = time.perf_counter()
answer = {"check": check, "diff": diff}[sys.argv[1]](*sys.argv[2:])
seconds = time.perf_counter() - began
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "answer": answer, "seconds": seconds, "cpuSeconds": usage.ru_utime + usage.ru_stime, "peakBytes": usage.ru_maxrss * 1024,
}))
