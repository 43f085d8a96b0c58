"""The build kit: what turns a checkout into packages and a release manifest, inside a build.

In: a source tree, and ``functions.json`` beside this package (which directory holds which function).
Out: ``.greenshift-build/packages/<function>.zip`` and ``.greenshift-build/release.json``.
It knows nothing of AWS, of the twin or of Greenshift's other rooms but some files of ``contract``: standard
library only, Python 3.9 syntax, relative imports, because it travels to CodeBuild in a folder named
``build_kit`` and runs on whatever Python the build image has.
"""
