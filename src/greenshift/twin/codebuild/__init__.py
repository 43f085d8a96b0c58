"""CodeBuild of the twin: build projects, and builds that really run.

In: CreateProject and StartBuild as AWS's API has them; source zips from S3. Out: the same phases, contexts,
log lines, exported variables, artifacts and events as AWS gives, from real commands in a real shell.

    api.py (wire) -> state.py (projects, builds, rules) -> engine.py (queue, time-outs)
                  -> runner.py (the phases of one build) -> shell.py + launcher.py (the processes)

It refuses to know pipelines (a hand-over of input and output locations comes as one variable, see
``handover.py``), containers (commands run on this machine, see ``workplace.py`` for what is kept apart)
and batch builds.
"""
