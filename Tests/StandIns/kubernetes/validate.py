#!/usr/bin/env python3
"""Checks manifests against the official schemas, strictly: validate.py FILE..."""
import sys

import kubernetes_validate
import yaml

checked = 0
for path in sys.argv[1:]:
    with open(path) as file:
        for document in yaml.safe_load_all(file):
            # Kustomize's own file is no object of a cluster.
            if document and document["kind"] != "Kustomization":
                try:
                    kubernetes_validate.validate(document, "1.31", strict=True)
                except kubernetes_validate.ValidationError as error:
                    sys.exit(f"{path}: {document['kind']} {document['metadata']['name']}: {'.'.join(str(each) for each in error.path)}: {error.message}")
                checked += 1
print(f"{checked} objects are valid")
