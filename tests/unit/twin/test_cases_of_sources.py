"""What feeds a function, by subject: where AWS says how it is, and which test holds the twin to it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
AWS = "https://docs.aws.amazon.com/"
LAMBDA, GATEWAY = f"{AWS}lambda/latest/dg/", f"{AWS}apigateway/latest/developerguide/"
SQS, SNS = f"{AWS}AWSSimpleQueueService/latest/SQSDeveloperGuide/", f"{AWS}sns/latest/dg/"
S3, SCHEDULER = f"{AWS}AmazonS3/latest/userguide/", f"{AWS}scheduler/latest/UserGuide/"
EVENTS = f"{AWS}eventbridge/latest/userguide/"

FROM_QUEUE, FROM_STREAM = (
    "functional/sources/test_queue_feeds_function",
    "functional/sources/test_streams_feed_function",
)
QUEUES, TOPICS = "functional/sqs/test_queues", "functional/outgoing/test_topics_and_buckets"
CLOCK, CRON, BUSES = "functional/twin/test_scheduler", "unit/twin/test_cron", "functional/events/test_buses"
HTTP, REST = "functional/http_apis/test_http_apis", "functional/http_apis/test_rest_apis"
URLS, QUICK = "functional/http_apis/test_function_urls", "functional/http_apis/test_quick_create"
ONWARD = "functional/http_apis/test_http_integrations"


@dataclass(frozen=True)
class Case:
    """One subject of one source; ``test`` is a function of ``file``."""

    source: str
    subject: str
    address: str
    file: str
    test: str


CASES = [
    Case("queue", "event", f"{LAMBDA}with-sqs.html", FROM_QUEUE,
         "test_a_message_reaches_the_function_in_the_form_lambda_gives_it_and_is_deleted"),
    Case("queue", "batch size", f"{LAMBDA}services-sqs-configure.html", FROM_QUEUE,
         "test_a_batch_is_as_large_as_it_may_be"),
    Case("queue", "batch window", f"{LAMBDA}services-sqs-configure.html", FROM_QUEUE,
         "test_a_batch_window_gathers_until_it_is_over_or_the_batch_is_full"),
    Case("queue", "partial failures", f"{LAMBDA}services-sqs-errorhandling.html", FROM_QUEUE,
         "test_of_a_batch_only_what_the_function_reports_comes_back"),
    Case("queue", "filters", f"{LAMBDA}with-sqs-filtering.html", FROM_QUEUE,
         "test_only_messages_that_pass_a_filter_reach_the_function_and_the_others_are_deleted"),
    Case("queue", "redrive", f"{SQS}sqs-dead-letter-queues.html", FROM_QUEUE,
         "test_a_function_that_fails_gets_its_messages_again_after_the_visibility_timeout_until_they_are_dead"),
    Case("queue", "redrive", f"{SQS}sqs-configure-dead-letter-queue-redrive.html", QUEUES,
         "test_messages_of_a_dead_letter_queue_go_back_where_they_came_from"),
    Case("queue", "visibility", f"{SQS}sqs-visibility-timeout.html", QUEUES,
         "test_a_received_message_is_hidden_for_the_visibility_timeout_and_then_comes_back"),
    Case("queue", "visibility", f"{LAMBDA}services-sqs-configure.html", FROM_QUEUE,
         "test_a_queue_hidden_for_less_than_the_function_takes_is_refused_and_one_pair_is_mapped_once"),
    Case("queue", "FIFO order and groups", f"{LAMBDA}services-sqs-scaling.html", FROM_QUEUE,
         "test_messages_of_a_group_reach_the_function_in_order_also_when_it_fails"),
    Case("queue", "FIFO order and groups", f"{SQS}FIFO-queues-understanding-logic.html", QUEUES,
         "test_the_messages_of_a_group_come_in_order_and_one_receive_at_a_time"),
    Case("queue", "concurrency", f"{LAMBDA}services-sqs-scaling.html", FROM_QUEUE,
         "test_no_more_batches_run_at_once_than_the_maximum_concurrency"),
    Case("queue", "throttles", f"{LAMBDA}services-sqs-errorhandling.html", FROM_QUEUE,
         "test_a_throttled_function_gets_its_messages_later_and_they_are_received_once"),
    Case("queue", "permissions", f"{LAMBDA}services-sqs-configure.html", FROM_QUEUE,
         "test_a_role_that_may_not_receive_is_refused_when_the_mapping_is_made"),
    Case("stream", "event", f"{LAMBDA}with-ddb.html", FROM_STREAM,
         "test_what_happens_to_a_table_reaches_the_function_in_order"),
    Case("stream", "event", f"{LAMBDA}with-kinesis.html", FROM_STREAM,
         "test_a_kinesis_stream_feeds_a_function_shard_by_shard_and_filters_its_data"),
    Case("stream", "batch window", f"{LAMBDA}with-ddb.html", FROM_STREAM,
         "test_a_window_gathers_records_into_a_batch"),
    Case("stream", "starting position", f"{LAMBDA}services-ddb-params.html", FROM_STREAM,
         "test_latest_begins_with_what_comes_after_the_mapping"),
    Case("stream", "partial failures", f"{LAMBDA}services-ddb-batchfailurereporting.html", FROM_STREAM,
         "test_the_next_attempt_begins_with_the_first_record_reported"),
    Case("stream", "bisect", f"{LAMBDA}services-dynamodb-errors.html", FROM_STREAM,
         "test_a_poison_record_is_found_by_halves_and_given_up_to_the_destination"),
    Case("stream", "age", f"{LAMBDA}services-dynamodb-errors.html", FROM_STREAM,
         "test_records_too_old_are_given_up"),
    Case("stream", "filters", f"{LAMBDA}with-ddb-filtering.html", FROM_STREAM,
         "test_only_records_that_pass_a_filter_reach_the_function"),
    Case("API", "payload formats", f"{GATEWAY}http-api-develop-integrations-lambda.html", HTTP,
         "test_a_request_reaches_the_alias_in_format_2"),
    Case("API", "payload formats", f"{GATEWAY}http-api-develop-integrations-lambda.html", HTTP,
         "test_a_request_reaches_the_function_in_format_1_where_the_integration_says_so"),
    Case("API", "payload formats", f"{GATEWAY}set-up-lambda-proxy-integrations.html", HTTP,
         "test_a_rest_api_hands_on_to_the_function_in_its_own_form"),
    Case("API", "routes", f"{GATEWAY}http-api-develop-routes.html", HTTP,
         "test_the_most_specific_route_serves_a_request"),
    Case("API", "stage variables", f"{GATEWAY}http-api-stages.stage-variables.html", HTTP,
         "test_a_named_stage_is_in_the_path_and_its_variables_choose_the_function"),
    Case("API", "CORS", f"{GATEWAY}http-api-cors.html", HTTP,
         "test_an_api_with_cors_answers_preflights_itself_and_shares_with_whom_it_says"),
    Case("API", "authorizers", f"{GATEWAY}http-api-jwt-authorizer.html", HTTP,
         "test_a_jwt_authorizer_lets_good_tokens_in_and_tells_the_function_their_claims"),
    Case("API", "authorizers", f"{GATEWAY}http-api-lambda-authorizer.html", HTTP,
         "test_a_lambda_authorizer_decides_and_its_context_reaches_the_function"),
    Case("API", "authorizers", f"{GATEWAY}http-api-access-control-iam.html", HTTP,
         "test_a_route_with_iam_takes_signed_requests_of_whoever_may"),
    Case("API", "authorizers", f"{GATEWAY}apigateway-use-lambda-authorizer.html", REST,
         "test_a_lambda_authorizer_of_a_rest_api_decides"),
    Case("API", "authorizers", f"{GATEWAY}permissions.html", REST,
         "test_a_method_with_iam_takes_signed_requests_only"),
    Case("API", "throttles", f"{GATEWAY}http-api-throttling.html", REST,
         "test_throttles_of_a_stage_are_kept_and_hold_nobody_up"),
    Case("API", "throttles", f"{GATEWAY}api-gateway-api-usage-plans.html", REST,
         "test_throttles_of_a_usage_plan_are_kept"),
    Case("API", "permissions", f"{GATEWAY}http-api-develop-integrations-lambda.html", HTTP,
         "test_a_function_without_the_permission_is_not_called"),
    Case("API", "quick create", f"{AWS}cli/v1/reference/apigatewayv2/create-api.html", QUICK,
         "test_a_function_behind_an_alias_answers_every_path_at_once"),
    Case("API", "quick create", f"{AWS}cli/v1/reference/apigatewayv2/create-api.html", QUICK,
         "test_what_the_gateway_manages_stays_and_goes_with_its_api"),
    Case("API", "integrations over HTTP", f"{GATEWAY}http-api-develop-integrations-http.html", ONWARD,
         "test_a_greedy_path_goes_on_where_the_address_names_it"),
    Case("function URL", "payload formats", f"{LAMBDA}urls-invocation.html", URLS,
         "test_a_public_url_serves_its_alias_in_format_2"),
    Case("function URL", "permissions", f"{LAMBDA}urls-auth.html", URLS,
         "test_a_public_url_needs_both_permissions"),
    Case("function URL", "authorizers", f"{LAMBDA}urls-auth.html", URLS,
         "test_a_url_with_iam_takes_signed_requests_of_roles_that_may_do_both"),
    Case("bucket", "filters", f"{S3}notification-how-to-filtering.html", TOPICS,
         "test_objects_with_prefix_and_suffix_reach_the_function"),
    Case("bucket", "event", f"{S3}notification-content-structure.html", TOPICS,
         "test_a_queue_hears_a_test_first_and_then_what_was_made_and_removed"),
    Case("bucket", "event", f"{S3}EventBridge.html", TOPICS,
         "test_the_event_bus_hears_of_a_bucket_that_tells_it"),
    Case("topic", "event", f"{SNS}sns-lambda-as-subscriber.html", TOPICS,
         "test_a_message_reaches_a_function_in_its_own_form"),
    Case("topic", "filters", f"{SNS}sns-message-filtering.html", TOPICS,
         "test_a_filter_policy_lets_only_matching_messages_through"),
    Case("topic", "retries", f"{SNS}sns-message-delivery-retries.html", TOPICS,
         "test_an_http_endpoint_gets_the_message_and_gets_it_again_when_it_fails"),
    Case("topic", "redrive", f"{SNS}sns-dead-letter-queues.html", TOPICS,
         "test_what_a_subscriber_refuses_for_good_goes_to_the_dead_letter_queue"),
    Case("schedule", "cron", f"{SCHEDULER}schedule-types.html", CRON,
         "test_an_expression_names_the_moments_aws_says"),
    Case("schedule", "daylight saving time", f"{SCHEDULER}schedule-types.html", CRON,
         "test_a_time_that_does_not_exist_is_skipped_and_one_that_comes_twice_runs_once"),
    Case("schedule", "rate", f"{SCHEDULER}schedule-types.html", CLOCK,
         "test_a_rate_begins_at_once_and_goes_on"),
    Case("schedule", "once", f"{SCHEDULER}schedule-types.html", CLOCK,
         "test_a_one_off_runs_once_in_its_time_zone_and_is_deleted_where_it_says_so"),
    Case("schedule", "redrive", f"{SCHEDULER}configuring-schedule-dlq.html", CLOCK,
         "test_a_call_that_can_never_succeed_goes_to_the_dead_letter_queue"),
    Case("schedule", "retries", f"{SCHEDULER}configuring-schedule-dlq.html", CLOCK,
         "test_a_call_that_fails_is_tried_again_as_its_retry_policy_says"),
    Case("bus", "cron", f"{EVENTS}eb-create-rule-schedule.html", CLOCK,
         "test_a_rule_of_the_event_bus_runs_by_cron_in_utc"),
    Case("bus", "archives and replay", f"{EVENTS}eb-archive.html", BUSES,
         "test_an_archive_keeps_what_its_pattern_takes_and_a_replay_sends_it_again"),
    Case("bus", "permissions", f"{LAMBDA}access-control-resource-based.html", BUSES,
         "test_a_function_is_called_for_the_rule_its_permission_names_and_for_no_other"),
]  # fmt: skip
UNREAD = {
    "with-sqs.html", "with-sqs-filtering.html", "with-ddb.html", "with-kinesis.html",
    "with-ddb-filtering.html", "urls-invocation.html", "access-control-resource-based.html",
    "sqs-dead-letter-queues.html", "sqs-visibility-timeout.html", "http-api-develop-integrations-lambda.html",
    "http-api-develop-integrations-http.html", "set-up-lambda-proxy-integrations.html",
    "http-api-develop-routes.html", "apigateway-use-lambda-authorizer.html", "permissions.html",
    "api-gateway-api-usage-plans.html", "notification-how-to-filtering.html",
    "notification-content-structure.html", "EventBridge.html", "sns-lambda-as-subscriber.html",
    "sns-message-filtering.html", "sns-dead-letter-queues.html", "eb-create-rule-schedule.html",
    "eb-archive.html",
}  # fmt: skip
"""Pages found by this name in AWS's documentation, whose words were not compared with the case."""
UNVERIFIED = set[str]()
"""Pages that were not found anywhere."""
WANTED = {
    ("queue", "batch window"), ("stream", "batch window"),
    ("queue", "partial failures"), ("stream", "partial failures"),
    ("stream", "bisect"), ("stream", "age"),
    ("queue", "filters"), ("stream", "filters"), ("bucket", "filters"), ("topic", "filters"),
    ("queue", "redrive"), ("queue", "visibility"), ("queue", "FIFO order and groups"),
    ("schedule", "daylight saving time"),
    ("API", "payload formats"), ("API", "CORS"), ("API", "authorizers"), ("API", "throttles"),
}  # fmt: skip
"""Subjects on which a release rehearsed here and one on AWS would differ most, were the twin wrong."""


@cache
def named_in(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / f"{file}.py").read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.source}: {case.subject}: {case.test}")
def test_a_subject_is_held_by_a_test_that_is_there(case: Case) -> None:
    assert case.test in named_in(case.file)


def test_what_is_said_of_pages_is_said_of_pages_of_the_table() -> None:
    pages = {case.address.rpartition("/")[2] for case in CASES}
    assert pages >= UNREAD | UNVERIFIED and not UNREAD & UNVERIFIED


def test_no_subject_is_left_out() -> None:
    assert {(case.source, case.subject) for case in CASES} >= WANTED
