"""Where builds differ from AWS's on purpose."""

from greenshift.twin.departures import Departure

DEPARTURES = (
    Departure(
        "image, size, VPC and privileged mode",
        "*ignored*: commands run on this machine, in fresh folders, as you",
        "no containers are needed",
    ),
    Departure(
        "Node and Python",
        "this machine's; the log warns when the buildspec asks for another version",
        "installing each version takes longer than the build",
    ),
    Departure(
        "`HOME`",
        "yours, on AWS it is root's",
        "registry settings of npm and pip live there",
    ),
    Departure(
        "proxy, certificate, npm and pip settings",
        "passed on from your environment",
        "a build must reach the registries you reach",
    ),
    Departure(
        "time-outs",
        "real minutes",
        "the commands take real time",
    ),
    Departure(
        "forks",
        "at most 4,096 processes at once; a build with more is ended",
        "one that forks without end would take the machine along",
    ),
    Departure(
        "disk",
        "64 GB, as AWS's small size has, but never the last 512 MiB of yours; a build that takes "
        "more is ended. A file has at most 8 GiB",
        "the kernel enforces the size of a file; what is left of the disk is looked at ten times a second",
    ),
    Departure(
        "artifacts of a build",
        "512 MiB, packed; links to what is no file are left out, with a line in the log",
        "they are kept in memory",
    ),
    Departure(
        "expressions of `on-failure: RETRY-...`",
        "Python's; one that takes longer than two seconds means no retry, and the log says so",
        "AWS's cannot take long, Python's can",
    ),
    Departure(
        "at once",
        "two builds; others wait as QUEUED",
        "they share your processor",
    ),
    Departure(
        "`run-as`, `proxy`, git credential helper, cache keys, a `batch` section, top-level keys "
        "that are none",
        "*ignored*, with a line in the build's log",
        "nothing in a release depends on them",
    ),
    Departure(
        "`reports`",
        "JUnit's XML becomes report groups and reports, and the build's log has the numbers; other "
        "formats are named in the log and not read",
        "JUnit's is what test runners have in common",
    ),
    Departure(
        "`steps` (GitHub Actions syntax)",
        "`run` steps run, with `name`, `env`, `working-directory` and `shell`; `uses` and other "
        "keys are *refused* by name",
        "an action runs in containers of its own",
    ),
    Departure(
        "`runtime-versions` besides Node and Python",
        "this machine's Java, Go, Ruby, PHP, .NET or Docker; *refused* by name where it has none",
        "the twin installs no languages",
    ),
    Departure(
        "a command that is null (a line with only a comment)",
        "*refused*, with its place",
        "AWS's documents do not say what happens",
    ),
    Departure(
        "sources other than CODEPIPELINE, S3, NO_SOURCE; further sources outside a pipeline; buildspecs by "
        "ARN; Windows, macOS and GPUs; batch builds; debug sessions",
        "*refused*",
        "not part of the delivery pipeline",
    ),
    Departure(
        "input and output artifacts",
        "reach a build as one extra override of `StartBuild`",
        "on AWS this hand-over is not part of the API",
    ),
    Departure(
        "log of a build",
        "the first 100,000 lines and 10 MiB, then the last 200 lines of each command, and a line "
        "about what was cut",
        "logs are kept in memory",
    ),
    Departure(
        "buildspecs and AppSpecs in YAML",
        "256 KiB, 50 levels, 5,000 values, each alias counted as a copy",
        "a page of aliases can stand for more than memory holds",
    ),
)
