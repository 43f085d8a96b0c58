"""Where a function finds what its package does not hold: its layers, then what the runtime bundles.

On AWS all layers are unpacked into ``/opt``, a later one over the others (developer guide: "Packaging your
layer content"). Here each has a folder of its own, and the last is looked into first.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SearchPaths:
    """The layers' folders in the function's order, and the folders of the runtime's Node packages."""

    layers: tuple[Path, ...]
    node_modules: tuple[Path, ...] = ()

    def variables(self, runtime: str) -> dict[str, str]:
        """Those that name a folder there is."""
        version = runtime.removeprefix("python")
        node = runtime.removeprefix("nodejs").partition(".")[0]
        libraries = (f"python/lib/python{version}/site-packages", "python")
        modules = (f"nodejs/node{node}/node_modules", "nodejs/node_modules")
        bundled = [str(folder) for folder in self.node_modules]
        found = {
            "PATH": os.pathsep.join([*self._folders("bin"), os.defpath]),
            "PYTHONPATH": os.pathsep.join(self._folders(*libraries)),
            "NODE_PATH": os.pathsep.join([*self._folders(*modules), *bundled]),
            "RUBYLIB": os.pathsep.join(self._folders("ruby/lib")),
            "LD_LIBRARY_PATH": os.pathsep.join(self._folders("lib")),
        }
        return {name: value for name, value in found.items() if value}

    def gems(self, task_root: Path) -> dict[str, str]:
        """Where Ruby finds gems: the package's, by Bundler, and the layers'. The machine's Ruby may be of
        another version than the runtime, and so is then the folder that its own Bundler made.
        """
        places = [task_root / "vendor/bundle/ruby", *(layer / "ruby/gems" for layer in reversed(self.layers))]
        found = [str(each) for place in places if place.is_dir() for each in sorted(place.iterdir())]
        return {"GEM_PATH": os.pathsep.join(found)} if found else {}

    def _folders(self, *names: str) -> list[str]:
        places = [layer / name for layer in reversed(self.layers) for name in names]
        return [str(place) for place in places if place.is_dir()]
