"""The shop of the browser tests: a project whose releases ask, and two kinds of its code."""

PROJECT = """\
name: shop
runtime: python
config:
  greenshift:source:
    value: {repository: me/shop, branch: main}
  greenshift:functions:
    value:
      charge: {directory: functions/charge, runtime: python3.13, handler: handler.handler}
      refund: {directory: functions/refund, runtime: python3.13, handler: handler.handler}
  greenshift:rollout:
    value: Linear25PercentEvery1Minute
  greenshift:approval:
    value: {beforeShift: true, message: "Ready to shift?"}
"""
PROGRAM = "import greenshift\n\ngreenshift.DeliveryPipeline.from_config()\n"
GOOD = "def handler(event, context):\n    print('served', event)\n    return {'ok': True}\n"
# Unit tests and the smoke test would pass; only customers meet the fault.
BAD = GOOD.replace("    return", "    if 'customer' in event:\n        raise ValueError('boom')\n    return")
