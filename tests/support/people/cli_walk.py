"""Types commands into the AWS CLI, in one process: each line of stdin is a list of words, as JSON.

``cli_walk.py DIRECTORY``: the CLI of that directory. One line of JSON goes out for each command.
"""

import contextlib
import io
import json
import sys

sys.path.insert(0, sys.argv[1])

from awscli import clidriver

for line in sys.stdin:
    said, told = io.StringIO(), io.StringIO()
    sys.argv = ["aws", *json.loads(line)]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(told):
        try:
            code = clidriver.main()
        except SystemExit as ended:
            code = ended.code
    print(json.dumps({"code": code, "said": said.getvalue(), "told": told.getvalue()}), flush=True)
