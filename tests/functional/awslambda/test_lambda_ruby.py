"""Ruby functions, truly run by the Ruby of this machine, as AWS's runtime calls them."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from botocore.exceptions import ClientError

IS_HERE = shutil.which("ruby") is not None
pytestmark = pytest.mark.skipif(not IS_HERE, reason="there is no Ruby on this machine")

HANDLER = """
require 'json'
require 'words'

def lambda_handler(event:, context:)
  puts "order #{event['id']}"
  raise ArgumentError, "no amounts" unless event['amounts']
  { id: event['id'], total: event['amounts'].sum, greeting: Words.greet(event['name']),
    in: context.function_name, version: context.function_version,
    hasTime: context.get_remaining_time_in_millis > 0, requestId: context.aws_request_id }
end

module Orders
  class Handler
    def self.process(event:, context:)
      event
    end
  end
end
"""
WORDS = """
module Words
  def self.greet(name) = "h\u00e9llo \\"#{name}\\""
end
"""


def ruby(bench: Any, files: dict[str, str], handler: str = "app.lambda_handler") -> str:
    return str(bench.function(files, "ruby3.4", handler, Timeout=20))


def test_a_method_is_called_with_event_and_context_and_its_hash_is_the_answer(bench: Any) -> None:
    name = ruby(bench, {"app.rb": HANDLER, "words.rb": WORDS})

    answer, error = bench.call(name, {"id": "7", "amounts": [1, 2], "name": "Ada"})

    assert error is None
    assert len(answer.pop("requestId")) == 36
    assert answer == {
        "id": "7",
        "total": 3,
        "greeting": 'h\u00e9llo "Ada"',
        "in": name,
        "version": "$LATEST",
        "hasTime": True,
    }
    assert any("order 7" in line for line in bench.logged(name, "order 7"))


def test_a_method_of_a_class_in_a_module_in_a_folder(bench: Any) -> None:
    name = ruby(bench, {"lib/app.rb": HANDLER, "words.rb": WORDS}, "lib/app.Orders::Handler.process")

    assert bench.call(name, {"\u00e9": [1, None, {"a": 1.5}]}) == ({"\u00e9": [1, None, {"a": 1.5}]}, None)


def test_an_error_has_its_class_its_message_and_the_frames_of_the_function(bench: Any) -> None:
    name = ruby(bench, {"app.rb": HANDLER, "words.rb": WORDS})

    answer, error = bench.call(name, {})

    assert error == "Unhandled"
    assert (answer["errorType"], answer["errorMessage"]) == ("Function<ArgumentError>", "no amounts")
    assert len(answer["stackTrace"]) == 1 and "app.rb:7" in answer["stackTrace"][0]
    assert bench.logged(name, "Error raised from handler method")
    assert bench.call(name, {"amounts": []})[1] is None, "the process goes on"


@pytest.mark.parametrize(
    ("text", "handler", "type_", "message"),
    [
        ("require 'nothing_of_the_kind'", "app.lambda_handler", "Init<LoadError>", "cannot load such file"),
        ("def lambda_handler(", "app.lambda_handler", "Init<SyntaxError>", "app.rb"),
        ("raise 'not today'", "app.lambda_handler", "Init<RuntimeError>", "not today"),
        ("", "app.Missing.handler", "Init<NameError>", "uninitialized constant Missing"),
        ("", "other.handler", "Init<LoadError>", "other"),
        ("", "app.handler", "Function<NoMethodError>", "undefined method"),
    ],
)
def test_what_cannot_be_loaded_is_told(bench: Any, text: str, handler: str, type_: str, message: str) -> None:
    answer, error = bench.call(ruby(bench, {"app.rb": text}, handler), {})

    assert (answer["errorType"], error) == (type_, "Unhandled")
    assert message in answer["errorMessage"]


def test_a_function_that_exits_is_told_and_the_next_call_has_a_new_process(bench: Any) -> None:
    name = ruby(
        bench, {"app.rb": "def lambda_handler(event:, context:) = event['stop'] ? exit(3) : 'here'\n"}
    )

    assert bench.call(name, {"stop": True})[0]["errorType"] == "Runtime.ExitError"
    assert bench.call(name, {"stop": False}) == ("here", None)


def test_gems_of_the_package_are_found(bench: Any) -> None:
    gem = "vendor/bundle/ruby/3.4.0"
    specification = (
        "Gem::Specification.new do |s|\n  s.name = 'shout'\n  s.version = '1.0.0'\n  s.summary = 'x'\n"
        "  s.authors = ['x']\n  s.require_paths = ['lib']\nend\n"
    )
    files = {
        "app.rb": "require 'shout'\ndef lambda_handler(event:, context:) = Shout.at(event['name'])\n",
        f"{gem}/specifications/shout-1.0.0.gemspec": specification,
        f"{gem}/gems/shout-1.0.0/lib/shout.rb": 'module Shout\n  def self.at(name) = "#{name}!"\nend\n',
    }

    assert bench.call(ruby(bench, files), {"name": "Ada"}) == ("Ada!", None)


def test_dotnet_is_refused_by_name(bench: Any) -> None:
    with pytest.raises(ClientError, match="dotnet8 cannot be executed here"):
        bench.function({"a.dll": ""}, "dotnet8", "A::B.C::D")
