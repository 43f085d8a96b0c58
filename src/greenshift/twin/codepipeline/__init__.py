"""CodePipeline: stages, actions and executions, running for real.

Comes in: a pipeline's structure, requests to start, stop, retry and approve, and the reports of jobs.
Goes out: calls to other services with the pipeline's role, artifacts in S3, and events. It refuses to know
how a build, a function or a bucket works inside: it reaches them through the door only.

    api.py          requests -> calls -> responses          views.py      state -> response members
    declaration.py  a structure as JSON <-> as dataclasses  validate.py   what a structure may not say
    state.py        pipelines, executions, actions          decisions.py  what happens next (pure)
    engine.py       carries out the decisions               runner.py     carries out one action
    actions/        one file per action provider            jobs.py       what Lambda actions wait for
"""
