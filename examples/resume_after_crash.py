"""Push a large layer in a way that survives a crash: run the program again to resume.

    python examples/resume_after_crash.py team/app layer.tar.gz

How far the upload is stands in `layer.tar.gz.upload`. ECR has the last word on it, so an old file does no harm.
"""

import argparse
from pathlib import Path

from ecrkit import Layer, LayerEvent, Registry, Repository, Upload, UploadState


def push_resumably(repository: Repository, path: Path) -> Layer:
    """Push a layer, going on with the upload of an earlier run if there is one."""
    saved = path.with_name(f"{path.name}.upload")

    def save(_: LayerEvent) -> None:
        written = saved.with_name(f"{saved.name}.new")
        written.write_text(upload.state.to_json(), "utf-8")
        written.replace(saved)  # never half a file, whenever the machine stops

    upload: Upload
    if saved.exists():
        state = UploadState.from_json(saved.read_text("utf-8"))
        print(f"going on after {state.received:,} bytes")
        upload = repository.resume_upload(state, path, progress=save)
    else:
        upload = repository.start_upload(path, progress=save)
    layer = upload.finish()
    saved.unlink(missing_ok=True)
    return layer


def main() -> None:
    """Read the command line, and push."""
    parser = argparse.ArgumentParser(description="Push a layer, and resume after a crash.")
    parser.add_argument("repository")
    parser.add_argument("layer", type=Path)
    options = parser.parse_args()
    layer = push_resumably(Registry().repository(options.repository), options.layer)
    print(f"{layer.digest}: {layer.size or 0:,} bytes")


if __name__ == "__main__":
    main()
