"""CodeDeploy for Lambda.

Comes in: applications, groups, configs and deployments over the API, and the AppSpec each deployment names.
Goes out: alias moves on Lambda, hook invocations, EventBridge events and SNS triggers, all made with the
group's service role through the one door.

    api.py           the service: its operations, one family per file (applications, groups, configs, ...)
    state.py         everything that exists, and the look-ups that can fail
    decide.py        what a deployment does next: pure, no I/O, no clock
    runner.py        carries out what was decided, on the clock

It refuses to know how Lambda splits traffic or how an alarm is evaluated, and every compute platform but
Lambda.
"""
